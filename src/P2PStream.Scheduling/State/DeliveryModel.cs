namespace P2PStream.Scheduling;

/// <summary>
/// What a source's deliveries say of it: bytes per second, delay, and how far predictions miss.
/// Times are in ticks of 100 ns, rates in bytes per tick.
/// </summary>
/// <remarks>
/// A source is seen as a queue that serves one block after the other: a block arrives one block
/// time after the later of the block before it and its own request plus a base round trip. So gaps
/// between arrivals teach the rate whatever the window was, and the window cannot starve itself.
/// </remarks>
internal struct DeliveryModel
{
    /// <summary>Fewer deliveries than this are hearsay: limits are doubled.</summary>
    internal const int EarlySamples = 4;

    /// <summary>From here on the rate is more than what a source saved up, or had for its first client: twice the
    /// memory of the rate.</summary>
    private const int SettledSamples = 32;

    /// <summary>Weight of one block in the rate: a memory of about 16 blocks.</summary>
    private const double RateDecay = 1 - 1.0 / 16;

    /// <summary>
    /// Weight of one miss in the variance; RFC 6298 uses the same quarter for its deviation.
    /// </summary>
    private const double VarianceGain = 1.0 / 4;

    /// <summary>
    /// Weight of one miss in the long memory of the variance. A source that pauses now and then is
    /// calm in between, and forgotten pauses would come as a surprise every time: the larger of the
    /// two memories counts.
    /// </summary>
    private const double LongVarianceGain = 1.0 / 16;

    /// <summary>What a block leaves of the longest pause before it: a memory of about 128 blocks.</summary>
    private const double PauseDecay = 1 - 1.0 / 128;

    /// <summary>Blocks of a stated rate that measurements have to outweigh.</summary>
    private const double PriorBlocks = 2;

    /// <summary>A minimum is forgotten after one to two of these: routes change.</summary>
    private const long MinimumMemory = 10 * TimeSpan.TicksPerSecond;

    /// <summary>10 GB/s: nothing is faster, however many blocks arrive in one instant.</summary>
    private const double FastestRate = 1e10 / TimeSpan.TicksPerSecond;

    private readonly double _block;
    private readonly double _prior;
    private readonly bool _stated;
    private readonly long _statedRoundTrip;
    private readonly double _longestPause;
    private double _bytes;
    private double _time;
    private double _pressingBytes;
    private double _pressingTime;
    private double _variance;
    private double _longVariance;
    private long _ping;
    private long _lone;
    private long _loneBefore;
    private long _epoch;
    private long _lastDelivery;

    internal DeliveryModel(in SourceProfile profile, SchedulerOptions options, long now)
    {
        _block = options.BlockBytes;
        _stated = profile.Rate > 0;
        _prior = (_stated ? profile.Rate : options.AssumedRate) / TimeSpan.TicksPerSecond;
        bool known = _stated || profile.RoundTrip > TimeSpan.Zero;
        _statedRoundTrip = (known ? profile.RoundTrip : options.AssumedRoundTrip).Ticks;
        _longestPause = options.StallFloor.Ticks;
        Pause = options.WindowHeadroom.Ticks / 2.0;
        _ping = _lone = _loneBefore = long.MaxValue;
        _epoch = _lastDelivery = now;
        if (_stated)
        {
            _bytes = PriorBlocks * _block;
            _time = _bytes / _prior;
        }
        Samples = 0;
        Update();
        // Nothing is known of the spread: a whole delivery time, or a quarter where the host knows.
        _variance = _longVariance = Square((_stated ? 0.25 : 1.0) * Expected);
        Update();
    }

    /// <summary>It has delivered so often that others may wait for it.</summary>
    internal readonly bool IsSettled => Samples >= SettledSamples;

    /// <summary>Deliveries seen, up to <see cref="SettledSamples"/>.</summary>
    internal int Samples { get; private set; }

    /// <summary>Bytes per tick.</summary>
    internal double Rate { get; private set; }

    /// <summary>Bytes per tick of what presses, at least <see cref="Rate"/>: uploaders send it before what has
    /// time, so that what has time says little of it.</summary>
    internal double PressingRate { get; private set; }

    /// <summary>Ticks from request to delivery that no rate explains.</summary>
    internal double Base { get; private set; }

    /// <summary>Standard deviation of a block's delivery time, ticks.</summary>
    internal double Deviation { get; private set; }

    /// <summary>About the longest time, of the last hundred blocks, that the source kept us waiting for one
    /// when it could have sent it, ticks; no more than what counts as a stall anyway.</summary>
    internal double Pause { get; private set; }

    /// <summary>True when not even the host gave a rate.</summary>
    internal readonly bool IsUnknown => Samples == 0 && !_stated;

    /// <summary>When the source last delivered anything; its first moment before that.</summary>
    internal readonly long LastDelivery => _lastDelivery;

    /// <summary>Smallest recent time from request to delivery of one block, ticks.</summary>
    internal readonly long Smallest =>
        Samples == 0 ? (long)Expected : Math.Min(_lone, _loneBefore);

    /// <summary>Ticks until a block arrives that is asked of an idle source now.</summary>
    internal readonly double Expected => Base + _block / Rate;

    /// <summary>Notes a round trip that somebody else measured.</summary>
    internal void Ping(long roundTrip)
    {
        _ping = Math.Min(_ping, Math.Max(0, roundTrip));
        Update();
    }

    /// <summary>Notes a block that arrived.</summary>
    internal void Observe(int bytes, long sentAt, double expected, bool isPressing, long now)
    {
        long took = Math.Max(1, now - sentAt);
        ObserveSmallest(took, sentAt, now);
        double start = Math.Max(_lastDelivery, sentAt + Base);
        if (Samples == 0 && !_stated) start = sentAt + Math.Min(Base, took / 2.0);
        _bytes = _bytes * RateDecay + bytes;
        double served = Math.Max(0, now - start);
        _time = _time * RateDecay + served;
        if (isPressing)
        {
            _pressingBytes = _pressingBytes * RateDecay + bytes;
            _pressingTime = _pressingTime * RateDecay + served;
        }

        Pause = Math.Min(_longestPause, Math.Max(served, Pause * PauseDecay));
        double miss = took - expected;
        if (Samples == 0)
        {
            _variance = _longVariance = Square(Math.Max(Math.Abs(miss) / 2, took / 4.0));
        }
        else
        {
            _variance += VarianceGain * (miss * miss - _variance);
            _longVariance += LongVarianceGain * (miss * miss - _longVariance);
        }
        Samples = Math.Min(Samples + 1, SettledSamples);
        _lastDelivery = Math.Max(_lastDelivery, now);
        Update();
    }

    /// <summary>
    /// A block that followed another closely waited in the source's queue: it may lower the
    /// minimum, but only one that found the source idle may let an old minimum be forgotten.
    /// </summary>
    private void ObserveSmallest(long took, long sentAt, long now)
    {
        // With two requests at a time the block before it comes after half of its time.
        bool foundItIdle = _lastDelivery <= sentAt + took / 4;
        if (foundItIdle && now - _epoch > MinimumMemory)
        {
            _loneBefore = now - _epoch > 2 * MinimumMemory ? long.MaxValue : _lone;
            _lone = took;
            _epoch = now;
        }
        _lone = Math.Min(_lone, took);
    }

    private void Update()
    {
        Rate = _bytes <= 0 ? _prior : Of(_bytes, _time);
        PressingRate = _pressingBytes <= 0 ? Rate : Math.Max(Rate, Of(_pressingBytes, _pressingTime));
        Base = BaseRoundTrip();
        Deviation = Math.Sqrt(Math.Max(_variance, _longVariance));
    }

    private readonly double BaseRoundTrip()
    {
        double smallest = Math.Min(_lone, _loneBefore);
        if (_ping != long.MaxValue) return Math.Min(_ping, smallest);
        if (Samples == 0) return _statedRoundTrip;
        if (Samples < EarlySamples)
            return _stated ? Math.Min(_statedRoundTrip, smallest) : smallest / 2;
        return Math.Max(0, smallest - _block / Rate);
    }

    private static double Of(double bytes, double time) => Math.Min(FastestRate, bytes / Math.Max(1, time));

    private static double Square(double x) => x * x;
}
