namespace P2PStream.Fuzz.Tests;

/// <summary>Makes new inputs of known ones, each from its seed alone.</summary>
internal sealed class Breeder(IReadOnlyList<byte[]> corpus)
{
    private const int LargestInput = 64 * 1024;
    private const int MostChanges = 8;

    private static readonly byte[] Edges = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, (byte)'0', (byte)'\n'];

    /// <summary>The input of a seed.</summary>
    public byte[] Breed(int seed)
    {
        var random = new Random(seed);
        var bytes = corpus[random.Next(corpus.Count)].ToList();
        for (var changes = 1 + random.Next(MostChanges); changes > 0; changes--)
            Change(bytes, random);
        return [.. bytes.Take(LargestInput)];
    }

    private void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, random.Next(1, 33));
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Edges[random.Next(Edges.Length)];
                break;
            case 2 when at < bytes.Count:
                bytes[at] += (byte)random.Next(-4, 5);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            default:
                // The head of this one, the tail of another.
                var other = corpus[random.Next(corpus.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.Skip(random.Next(other.Length + 1)));
                break;
        }
    }
}
