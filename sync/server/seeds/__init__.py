"""Data to begin with: the sample organisation, a public CRM data set, sets of any size; all go through the writer.

For the command line: ``demo.load_demo``, ``crm_opportunities.load_crm_opportunities``, ``volume.load_volume`` take an
open log and a ``filling.SeedPasswords`` and give a ``drafts.SeedReport``, which ``reports`` turns into lines or JSON.
"""
