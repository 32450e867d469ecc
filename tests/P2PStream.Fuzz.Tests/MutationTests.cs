using System.Diagnostics;
using P2PStream.Fuzz;

namespace P2PStream.Fuzz.Tests;

/// <summary>Feeds every target a fixed number of inputs bred from its corpus: the same ones in
/// every
/// run.</summary>
public sealed class MutationTests
{
    private const int Inputs = 2_000;
    private const int LongInputs = 200_000;

    public static TheoryData<string> Targets => Corpus.Targets;

    [Theory]
    [MemberData(nameof(Targets))]
    public void Bred_inputs_are_a_status_or_a_value(string name)
    {
        var target = FuzzTargets.All.Single(candidate => candidate.Name == name);
        var breeder = new Breeder(Corpus.Read(name));
        var inputs = LongRun.IsOn ? LongInputs : Inputs;
        var clock = Stopwatch.StartNew();
        for (var seed = 0; seed < inputs; seed++)
        {
            var input = breeder.Breed(seed);
            var problem = Record.Exception(() => target.Run(input));
            Assert.True(
                problem is null,
                $"seed {seed}: {problem}; keep this input in fuzz/corpus/{name}: "
                + Convert.ToBase64String(input));
        }

        if (LongRun.IsOn)
            LongRun.Tell($"fuzz {name}: {inputs} inputs in {clock.Elapsed.TotalSeconds:0} s");
    }

    [Fact]
    public void One_seed_breeds_one_input_and_another_seed_another()
    {
        var breeder = new Breeder([[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11]]);
        Assert.Equal(breeder.Breed(7), breeder.Breed(7));
        var bred =
            Enumerable.Range(0, 100).Select(seed => Convert.ToHexString(breeder.Breed(seed)));
        Assert.InRange(bred.Distinct().Count(), 80, 100);
    }
}
