"""The best couples of everybody at once: one assignment problem, over whole numbers.

The only package with numpy and scipy, which one function alone carries: nothing else may import it.

What is best: as many mentees as possible have a mentor; then the sum of `wishes.value` over all couples is as
large as can be, less `SPREAD` for each mentee that a mentor has beyond the first. It is found by
`min_weight_full_bipartite_matching` (LAPJVsp, Jonker and Volgenant 1987). That function knows full matchings
only, so each mentee can also have a place of their own which stands for nobody, and costs more than all
else together could. It takes a weight of zero for no edge, so none is zero. All sums stay far below 2^53, so
that its floating point numbers are exact.

A mentor stands once for each mentee they have room for. Everything is in the order of ids, so that the same
people are matched alike however they are read.

Everybody is compared with everybody, but by matrices and a few hundred mentees at a time: 10,000 by 10,000
takes seconds. Where that leaves more couples than can be weighed (`MOST_EDGES`), each mentee keeps the best
of them, and some that are spread evenly over everybody who fits, so that whoever many would like is not all
they have. If that should leave more mentees without a mentor than there must be, `completing` finds who could
make way, among all who fit: as many are matched as if none had been left out, and only the sum may miss
something. docs/decisions.md says how much.
"""
