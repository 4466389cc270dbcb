"""aidememoire"""
