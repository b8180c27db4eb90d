"""Assembly sources of Microsoft's assembler (``.asm``), assembled by LLVM's llvm-ml."""
