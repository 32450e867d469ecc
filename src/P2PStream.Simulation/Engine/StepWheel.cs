namespace P2PStream.Simulation;

/// <summary>Things by the step that they are due in; those of one step have no order.</summary>
internal sealed class StepWheel<T>
{
    /// <summary>Steps of one round. What is due later goes round once more.</summary>
    private const int Steps = 512;

    private readonly Chunk?[] _slots = new Chunk?[Steps];

    /// <summary>What is in no slot: few steps hold anything, and the steps move on.</summary>
    private Chunk? _spare;

    public void Add(long step, in T item)
    {
        ref var slot = ref _slots[step % Steps];
        if (slot is not { IsFull: false }) slot = Rent(next: slot);
        slot.Add(new Entry(step, item));
    }

    /// <summary>The first step, from one on and before another, that something may be due in; null: none.</summary>
    public long? Next(long from, long before)
    {
        before = Math.Min(before, from + Steps);
        for (var step = from; step < before; step++)
            if (_slots[step % Steps] is not null) return step;
        return null;
    }

    /// <summary>Takes what is due in a step.</summary>
    public void Take(long step, List<T> due)
    {
        ref var slot = ref _slots[step % Steps];
        var taken = slot;
        slot = null;
        while (taken is not null)
        {
            foreach (ref readonly var each in taken.Entries)
            {
                if (each.Step == step) due.Add(each.Item);
                else Add(each.Step, each.Item);
            }

            var next = taken.Next;
            taken.Clear();
            (taken.Next, _spare) = (_spare, taken);
            taken = next;
        }
    }

    private Chunk Rent(Chunk? next)
    {
        var chunk = _spare ?? new Chunk();
        _spare = chunk.Next;
        chunk.Next = next;
        return chunk;
    }

    /// <summary>Some of a step's: with lists that grow, each would become as long as the fullest step's.</summary>
    private sealed class Chunk
    {
        private readonly Entry[] _entries = new Entry[64];
        private int _count;

        public Chunk? Next { get; set; }

        public bool IsFull => _count == _entries.Length;

        public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, _count);

        public void Add(in Entry entry) => _entries[_count++] = entry;

        public void Clear()
        {
            Array.Clear(_entries, 0, _count);
            _count = 0;
        }
    }

    private readonly record struct Entry(long Step, T Item);
}
