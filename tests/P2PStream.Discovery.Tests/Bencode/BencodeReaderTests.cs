using System.Text;

namespace P2PStream.Discovery.Tests;

public sealed class BencodeReaderTests
{
    [Theory]
    [InlineData("i0e", 0)]
    [InlineData("i-1e", -1)]
    [InlineData("i42e", 42)]
    [InlineData("i9223372036854775807e", long.MaxValue)]
    [InlineData("i-9223372036854775808e", long.MinValue)]
    public void Integers_are_read(string text, long expected)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text));
        Assert.True(reader.TryReadInteger(out var value));
        Assert.Equal(expected, value);
        Assert.Equal(text.Length, reader.Position);
    }

    [Theory]
    [InlineData("")]
    [InlineData("i")]
    [InlineData("ie")]
    [InlineData("i-e")]
    [InlineData("i-0e")]
    [InlineData("i01e")]
    [InlineData("i1")]
    [InlineData("i1x")]
    [InlineData("i+1e")]
    [InlineData("i 1e")]
    [InlineData("i9223372036854775808e")]
    [InlineData("i-9223372036854775809e")]
    [InlineData("i99999999999999999999999999e")]
    [InlineData("1:a")]
    public void What_is_no_integer_is_refused_and_moves_nothing(string text)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text));
        Assert.False(reader.TryReadInteger(out _));
        Assert.Equal(0, reader.Position);
    }

    [Theory]
    [InlineData("0:", "")]
    [InlineData("4:spam", "spam")]
    [InlineData("3:i1erest", "i1e")]
    public void Strings_are_read(string text, string expected)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text));
        Assert.True(reader.TryReadString(out var value));
        Assert.Equal(expected, Encoding.ASCII.GetString(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("4spam")]
    [InlineData("4:spa")]
    [InlineData("04:spam")]
    [InlineData("-1:a")]
    [InlineData("999999999:a")]
    [InlineData("99999999999999999999:a")]
    [InlineData(":a")]
    public void What_is_no_string_is_refused(string text)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text));
        Assert.False(reader.TryReadString(out _));
        Assert.Equal(0, reader.Position);
    }

    [Theory]
    [InlineData("le")]
    [InlineData("de")]
    [InlineData("l4:spami7eli1eed1:ai2eee")]
    [InlineData("d1:ad2:id3:abce1:q4:pinge")]
    [InlineData("i123456789012345678901234567890e")]
    public void Whole_values_are_passed_over(string text)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text + "i1e"));
        Assert.True(reader.TryReadRaw(out var raw));
        Assert.Equal(text, Encoding.ASCII.GetString(raw));
    }

    [Theory]
    [InlineData("l")]
    [InlineData("e")]
    [InlineData("li1e")]
    [InlineData("l5:abe")]
    [InlineData("x")]
    [InlineData("lxe")]
    public void A_value_that_does_not_end_is_refused_and_moves_nothing(string text)
    {
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(text));
        Assert.False(reader.TrySkip());
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void Depth_has_a_limit()
    {
        var deepest = new string('l', BencodeReader.MaxDepth)
            + new string('e', BencodeReader.MaxDepth);
        var reader = new BencodeReader(Encoding.ASCII.GetBytes(deepest));
        Assert.True(reader.TrySkip());
        reader = new BencodeReader(Encoding.ASCII.GetBytes("l" + deepest + "e"));
        Assert.False(reader.TrySkip());
        reader = new BencodeReader(Encoding.ASCII.GetBytes(new string('d', 4000)));
        Assert.False(reader.TrySkip());
    }
}
