"""WMI: MOF sources become binary MOF files, and headers for drivers."""
