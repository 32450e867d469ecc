using System.Diagnostics;
using System.Security.Cryptography;

namespace P2PStream.Transfer;

/// <summary>
/// What a player reads, and when it had it: the first 1 MB, on to 16 MB, then 1 MB from the middle of
/// the file. The clock starts before the other end is dialled. Says "mark" at 6 MB and "done" at the
/// end, with "hash" before it under verify=1.
/// </summary>
internal sealed class Reading
{
    public const int FirstBytes = 1_000_000;
    public const int OnToBytes = 16_000_000;
    public const int SoughtBytes = 1_000_000;

    /// <summary>What a gap is told by: the longest wait for so much.</summary>
    public const int StepBytes = 250_000;

    public const int MarkBytes = 6_000_000;

    private const int Alignment = 1 << 20;

    private readonly IncrementalHash? _hash;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _got;
    private long _lastStep;
    private long _sought;
    private TimeSpan _first;
    private TimeSpan _onTo;
    private TimeSpan _gap;

    public Reading(EndOptions options)
    {
        if (options.Number("verify") != 0)
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Middle = MiddleOf(options.Number("size"));
    }

    /// <summary>Where the seek goes.</summary>
    public long Middle { get; }

    /// <summary>Bytes still wanted where it reads now.</summary>
    public int Wanted => (int)((_sought == 0 ? OnToBytes : OnToBytes + SoughtBytes) - _got);

    /// <summary>The middle of a file, at a boundary of every client's pieces.</summary>
    public static long MiddleOf(long size) => size / 2 / Alignment * Alignment;

    /// <summary>Bytes came; those beyond what is wanted do not count.</summary>
    public void Got(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, Wanted)];
        _hash?.AppendData(bytes);
        var before = _got;
        _got += bytes.Length;
        if (_sought != 0) return;
        var now = Stopwatch.GetTimestamp();
        if (before < FirstBytes && _got >= FirstBytes)
        {
            _first = Stopwatch.GetElapsedTime(_started, now);
            _lastStep = now;
        }
        else if (before >= FirstBytes && before / StepBytes != _got / StepBytes)
        {
            var gap = Stopwatch.GetElapsedTime(_lastStep, now);
            if (gap > _gap) _gap = gap;
            _lastStep = now;
        }

        if (before < MarkBytes && _got >= MarkBytes) EndConsole.Say("mark");
        if (_got == OnToBytes) _onTo = Stopwatch.GetElapsedTime(_started, now);
    }

    /// <summary>The viewer jumps to the middle now.</summary>
    public void Seek() => _sought = Stopwatch.GetTimestamp();

    /// <summary>All was read.</summary>
    /// <param name="fetched">Bytes of media that came in since the seek.</param>
    public void Finish(long fetched)
    {
        var seek = Stopwatch.GetElapsedTime(_sought);
        if (_hash is not null) EndConsole.Say("hash " + Convert.ToHexString(_hash.GetHashAndReset()));
        EndConsole.Say("done"
            + EndConsole.Number("first", _first.TotalSeconds)
            + EndConsole.Number("onTo", _onTo.TotalSeconds)
            + EndConsole.Number("gap", _gap.TotalSeconds)
            + EndConsole.Number("seek", seek.TotalSeconds)
            + EndConsole.Number("fetched", fetched));
    }
}
