namespace P2PStream.Scheduling.Tests;

/// <summary>
/// A largest matching by Hopcroft and Karp: layers from the free left nodes, then disjoint
/// shortest augmenting paths, until there are none.
/// </summary>
internal sealed class BipartiteMatching(int[][] edges, int rightCount)
{
    private const int Free = -1;
    private readonly int[] _left = [.. Enumerable.Repeat(Free, edges.Length)];
    private readonly int[] _right = [.. Enumerable.Repeat(Free, rightCount)];
    private readonly int[] _layer = new int[edges.Length];

    internal int Size()
    {
        int size = 0;
        while (Layer())
        {
            for (int node = 0; node < edges.Length; node++)
                if (_left[node] == Free && Augment(node)) size++;
        }
        return size;
    }

    private bool Layer()
    {
        var queue = new Queue<int>();
        Array.Fill(_layer, int.MaxValue);
        for (int node = 0; node < edges.Length; node++)
        {
            if (_left[node] != Free) continue;
            _layer[node] = 0;
            queue.Enqueue(node);
        }
        bool found = false;
        while (queue.TryDequeue(out int node))
        {
            foreach (int right in edges[node])
            {
                int next = _right[right];
                if (next == Free) found = true;
                else if (_layer[next] == int.MaxValue)
                {
                    _layer[next] = _layer[node] + 1;
                    queue.Enqueue(next);
                }
            }
        }
        return found;
    }

    private bool Augment(int node)
    {
        foreach (int right in edges[node])
        {
            int next = _right[right];
            if (next != Free && (_layer[next] != _layer[node] + 1 || !Augment(next))) continue;
            (_left[node], _right[right]) = (right, node);
            return true;
        }
        _layer[node] = int.MaxValue;
        return false;
    }
}
