using FsCheck;
using FsCheck.Fluent;

namespace P2PStream.Discovery.Tests;

public sealed class BencodeRoundTripTests
{
    private static readonly Gen<byte[]> Bytes =
        ArbMap.Default.GeneratorFor<byte>().ArrayOf().Resize(24);

    [ManyCases(300)]
    public Property What_is_written_is_read() => Prop.ForAll(Values(4).ToArbitrary(), value =>
    {
        var buffer = new byte[64 * 1024];
        var writer = new BencodeWriter(buffer);
        value.Write(ref writer);
        Assert.False(writer.Overflowed);
        var reader = new BencodeReader(buffer.AsSpan(0, writer.Position));
        Assert.Equal(value.Describe(), BencodeValue.Describe(ref reader));
        Assert.Equal(writer.Position, reader.Position);
    });

    [ManyCases(300)]
    public Property No_prefix_is_a_value() => Prop.ForAll(Values(3).ToArbitrary(), value =>
    {
        var buffer = new byte[64 * 1024];
        var writer = new BencodeWriter(buffer);
        value.Write(ref writer);
        for (var length = 0; length < Math.Min(writer.Position, 200); length++)
        {
            var reader = new BencodeReader(buffer.AsSpan(0, length));
            Assert.False(reader.TrySkip());
        }
    });

    [ManyCases(1000)]
    public void Any_bytes_are_read_or_refused(byte[] bytes)
    {
        var reader = new BencodeReader(bytes);
        while (reader.TrySkip()) Assert.InRange(reader.Position, 1, bytes.Length);
    }

    [Fact]
    public void Keys_out_of_order_are_our_own_bug()
    {
        Assert.Throws<InvalidOperationException>(() => WriteKeys("b", "a"));
        Assert.Throws<InvalidOperationException>(() => WriteKeys("a", "a"));
        WriteKeys("a", "aa", "b");
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        for (var size = 0; size < 9; size++)
        {
            var writer = new BencodeWriter(new byte[size]);
            writer.StartList();
            writer.String("abc"u8);
            writer.Integer(1);
            writer.End();
            Assert.True(writer.Overflowed, $"{size} bytes");
        }
    }

    private static void WriteKeys(params string[] keys)
    {
        var writer = new BencodeWriter(new byte[100]);
        writer.StartDictionary();
        foreach (var key in keys)
        {
            writer.Key(System.Text.Encoding.ASCII.GetBytes(key));
            writer.Integer(1);
        }

        writer.End();
    }

    private static Gen<BencodeValue> Values(int depth)
    {
        var leaf = Gen.OneOf(
            ArbMap.Default.GeneratorFor<long>()
                .Select(n => (BencodeValue)new BencodeValue.Number(n)),
            Bytes.Select(b => (BencodeValue)new BencodeValue.Text(b)));
        if (depth == 0) return leaf;
        var items = Values(depth - 1).ListOf().Resize(5);
        var list = items.Select(i => (BencodeValue)new BencodeValue.Sequence([.. i]));
        var map = items.SelectMany(i => Bytes.ArrayOf(i.Count), (i, keys) =>
            (BencodeValue)new BencodeValue.Map(Sorted(keys, i)));
        return Gen.OneOf(leaf, list, map);
    }

    private static List<(byte[] Key, BencodeValue Value)> Sorted(
        byte[][] keys, IList<BencodeValue> values) =>
        [.. keys.Zip(values)
            .GroupBy(pair => Convert.ToHexString(pair.First))
            .Select(group => group.First())
            .Order(Comparer<(byte[] First, BencodeValue)>.Create(
                (left, right) => left.First.AsSpan().SequenceCompareTo(right.First)))];
}
