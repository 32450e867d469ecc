using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Protocol;

/// <summary>
/// Things by number. A link as a rule has a handful of them under way, and a node three such tables for each of its
/// links: a few numbers in a row are searched in one or two cache lines, and take a third of the memory of a hash
/// table. Many are in one.
/// </summary>
internal sealed class NumberTable<T>
    where T : class
{
    /// <summary>As many are searched one by one: 64 bytes of numbers.</summary>
    private const int MostInRow = 16;

    private const int FirstCapacity = 4;

    private uint[] _numbers = [];
    private T?[] _values = [];
    private int _inRow;

    /// <summary>Stays once it was needed, so that steady use allocates nothing.</summary>
    private Dictionary<uint, T>? _others;

    public int Count => _inRow + (_others?.Count ?? 0);

    /// <returns>False when the number is in use.</returns>
    public bool TryAdd(uint number, T value)
    {
        if (TryGetValue(number, out _)) return false;
        if (_inRow == MostInRow) (_others ??= []).Add(number, value);
        else
        {
            if (_inRow == _numbers.Length) Grow();
            (_numbers[_inRow], _values[_inRow]) = (number, value);
            _inRow++;
        }

        return true;
    }

    public bool TryGetValue(uint number, [NotNullWhen(true)] out T? value)
    {
        var place = _numbers.AsSpan(0, _inRow).IndexOf(number);
        if (place >= 0)
        {
            value = _values[place]!;
            return true;
        }

        value = null;
        return _others is not null && _others.TryGetValue(number, out value);
    }

    public void Remove(uint number)
    {
        var place = _numbers.AsSpan(0, _inRow).IndexOf(number);
        if (place < 0)
        {
            _others?.Remove(number);
            return;
        }

        _inRow--;
        (_numbers[place], _values[place]) = (_numbers[_inRow], _values[_inRow]);
        _values[_inRow] = null;
    }

    private void Grow()
    {
        var capacity = Math.Max(FirstCapacity, 2 * _inRow);
        Array.Resize(ref _numbers, capacity);
        Array.Resize(ref _values, capacity);
    }
}
