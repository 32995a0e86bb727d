"""Data to begin with: the sample organisation, a public CRM data set, sets of any size; all go through the writer."""
