"""Figures of networks and computational graphs: graph → layers → places and paths → TikZ.

    network   the equations as units and edges (or as a plain graph of quantities)
    layers    columns = depth; the order in a column, with few crossings
    places    millimetres for everything, labels where nothing collides
    choosing  numbers on the edges, in tables, or (elision) all in tables below an elided network
    figures   what stands where in the statement, in the solution, and in the graph of local derivatives

Nothing here computes: the numbers of a solution's figure are those that its lines print.
"""
