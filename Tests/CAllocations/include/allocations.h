// Counts the heap allocations of threads that ask for it, by standing in for malloc in the test program.
#ifndef CANDLEWICK_ALLOCATIONS_H
#define CANDLEWICK_ALLOCATIONS_H

// From here on, or no more, the calling thread's allocations count.
void allocations_watch_thread(int on);
// How many were counted so far, on all threads.
long allocations_count(void);

#endif
