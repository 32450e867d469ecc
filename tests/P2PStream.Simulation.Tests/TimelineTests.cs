namespace P2PStream.Simulation.Tests;

/// <summary>Virtual time in steps: what happens, in which order, and what may not.</summary>
public sealed class TimelineTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Of_what_is_due_at_once_the_lower_planner_comes_first_and_then_what_it_planned_first()
    {
        var target = new Diary();
        PlannedEvent[] planned =
        [
            new(2, 1, 0, target, 0, null), new(2, 1, 7, target, 1, null), new(2, 3, 2, target, 2, null),
            new(5, 0, 1, target, 3, null), new(5, 2, 0, target, 4, null), new(9, -1, 0, target, 5, null),
        ];
        foreach (int[] order in (int[][])[[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 0, 5, 2, 4, 1]])
        {
            var queue = new EventQueue();
            foreach (var i in order) queue.Add(planned[i]);

            Assert.Equal([0, 1, 2, 3, 4, 5], planned.Select(_ => queue.Take().What));
            Assert.Equal(long.MaxValue, queue.NextDue);
        }
    }

    [Fact]
    public void What_is_forgotten_does_not_happen_and_all_else_keeps_its_order()
    {
        var random = new SeededRandom(1);
        for (var run = 0; run < 200; run++)
        {
            Diary[] targets = [new(), new(), new()];
            var queue = new EventQueue();
            var kept = new List<PlannedEvent>();
            for (var i = 0; i < random.Next(60); i++)
            {
                var planned = new PlannedEvent(
                    random.Next(9), random.Next(3), i, targets[random.Next(3)], random.Next(2), null);
                queue.Add(planned);
                if (planned.Target != targets[0] || planned.What != 1) kept.Add(planned);
            }

            queue.Remove(targets[0], 1);

            Assert.Equal(kept.Count, queue.Count);
            foreach (var expected in kept.OrderBy(each => each.Due).ThenBy(each => each.Planner)
                .ThenBy(each => each.Sequence)) Assert.Equal(expected, queue.Take());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Everything_happens_at_its_time_however_far_ahead_it_was_planned(int threads)
    {
        using var timeline = new Timeline(Step, threads);
        var (a, b) = (timeline.Add(0), timeline.Add(1));
        var diary = new Diary { Clock = b };
        double[] milliseconds = [0, 3, 9.9, 10, 47, 5_119, 5_120, 5_121, 60_000];
        for (var i = milliseconds.Length - 1; i >= 0; i--)
        {
            var due = TimeSpan.FromMilliseconds(milliseconds[i]);
            if (i % 2 == 0) b.At(due, diary, i);
            else a.Send(b, due, diary, i);
        }

        // Not at the ends of steps.
        foreach (var end in (double[])[4, 9.95, 33, 70_000])
            timeline.RunUntil(TimeSpan.FromMilliseconds(end));

        Assert.Equal(Enumerable.Range(0, milliseconds.Length), diary.Entries.Select(entry => entry.What));
        Assert.Equal(milliseconds, diary.Entries.Select(entry => entry.At.TotalMilliseconds));
        Assert.Equal(milliseconds.Length, timeline.Hash.Events);
    }

    [Fact]
    public void What_is_everybodys_changes_at_the_end_of_the_step_in_which_it_is_due()
    {
        using var timeline = new Timeline(Step, threads: 1);
        var diary = new Diary { Clock = timeline.Clock };
        foreach (var due in (double[])[0, 12, 20, 20.1])
            timeline.Clock.At(TimeSpan.FromMilliseconds(due), diary, 0);

        timeline.RunUntil(TimeSpan.FromMilliseconds(100));

        Assert.Equal([0, 20, 20, 30], diary.Entries.Select(entry => entry.At.TotalMilliseconds));
    }

    [Fact]
    public void Nothing_gets_from_one_node_to_another_within_a_step()
    {
        using var timeline = new Timeline(Step, threads: 1);
        var (a, b) = (timeline.Add(0), timeline.Add(1));
        var diary = new Diary { Clock = b };
        a.At(TimeSpan.FromMilliseconds(1), new Hasty(a, b, diary), 0);

        Assert.Throws<InvalidOperationException>(() => timeline.RunUntil(TimeSpan.FromMilliseconds(20)));
        Assert.Empty(diary.Entries);
    }

    /// <summary>Sends something that arrives within the step.</summary>
    private sealed class Hasty(VirtualClock from, VirtualClock to, Diary diary) : IEventTarget
    {
        public void Happen(int what, object? data) =>
            from.Send(to, TimeSpan.FromMilliseconds(9.9), diary, 0);
    }

    private sealed class Diary : IEventTarget
    {
        public VirtualClock? Clock { get; init; }

        public List<(int What, TimeSpan At)> Entries { get; } = [];

        public void Happen(int what, object? data) => Entries.Add((what, Clock!.Now));
    }
}
