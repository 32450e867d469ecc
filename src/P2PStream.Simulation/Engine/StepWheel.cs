using System.Runtime.InteropServices;

namespace P2PStream.Simulation;

/// <summary>Things by the step that they are due in; those of one step have no order.</summary>
internal sealed class StepWheel<T>
{
    /// <summary>Steps of one round. What is due later goes round once more.</summary>
    private const int Steps = 512;

    private readonly List<Entry>?[] _slots = new List<Entry>?[Steps];

    /// <summary>Lists that are in no slot: few steps hold anything, and the steps move on.</summary>
    private readonly Stack<List<Entry>> _spare = new();

    public void Add(long step, in T item)
    {
        ref var slot = ref _slots[step % Steps];
        slot ??= _spare.TryPop(out var spare) ? spare : [];
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
        if (slot is not { } taken) return;
        slot = null;
        foreach (ref readonly var each in CollectionsMarshal.AsSpan(taken))
        {
            if (each.Step == step) due.Add(each.Item);
            else Add(each.Step, each.Item);
        }

        taken.Clear();
        _spare.Push(taken);
    }

    private readonly record struct Entry(long Step, T Item);
}
