__declspec(dllimport) int DoIt(void);
int Value = 2;
int Start(void) { return DoIt() + Value; }
