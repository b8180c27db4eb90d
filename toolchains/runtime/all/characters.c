/* characters.c - classes of ASCII characters that the WDK has from libcntpr and kernels do not export. */

int isalnum(int Character);
int isalpha(int Character);
int iscntrl(int Character);
int isgraph(int Character);
int ispunct(int Character);

int isalpha(int Character)
{
    return (unsigned)(Character | 0x20) - 'a' < 26;
}

int isalnum(int Character)
{
    return isalpha(Character) || (unsigned)Character - '0' < 10;
}

int iscntrl(int Character)
{
    return (unsigned)Character < 0x20 || Character == 0x7f;
}

int isgraph(int Character)
{
    return Character > 0x20 && Character < 0x7f;
}

int ispunct(int Character)
{
    return isgraph(Character) && !isalnum(Character);
}
