    .globl Answer
Answer:
    ret
