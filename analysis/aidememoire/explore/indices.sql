-- Made after the rows: that is quicker than keeping them in order on the way.
CREATE INDEX statements_by_actor ON statements (actor, period);
CREATE INDEX statements_by_period ON statements (period);
CREATE INDEX sentences_by_statement ON sentences (statement, sentence);
CREATE INDEX hits_by_sentence ON hits (sentence_id);
CREATE INDEX hits_by_rule ON hits (theme, rule, sentence_id);
CREATE INDEX codes_by_sentence ON codes (sentence_id);
