namespace P2PStream.Scheduling;

/// <summary>
/// One source: what it has, what it was asked for, and how many requests it may have now. Owns no
/// choice between sources.
/// </summary>
internal sealed class Source
{
    /// <summary>
    /// Stalls in a row after which its expected time no longer doubles (64-fold).
    /// </summary>
    private const int MostBackoff = 6;

    /// <summary>
    /// Requests by which a window may grow a delivery, eightfold in a round trip: with 1 a first MB
    /// behind 40 Mbit/s took 100 ms longer, where requests queue behind the data; with 4 it took a
    /// round trip longer on a fast and long path, since 8 + 64 blocks are a MB and 8 + 40 are not.
    /// </summary>
    private const int WindowGrowth = 7;

    /// <summary>The same where others could take what this one is not asked for, twofold in a round trip as in TCP's
    /// slow start: they would find nothing left.</summary>
    private const int WindowGrowthAmongOthers = 1;

    /// <summary>What a stall limit is multiplied by while the source has hardly delivered.</summary>
    private const double EarlyPatience = 2;

    /// <summary>The same where others could step in: a black hole found at the start is left sooner.</summary>
    private const double EarlyPatienceAmongOthers = 1.5;

    /// <summary>Work that a source should have queued, in the longest of its pauses lately.</summary>
    private const double HeadroomPauses = 2;

    /// <summary>Refusals in a row after which its rest no longer doubles.</summary>
    private const int MostRefusals = 5;

    private readonly SchedulerOptions _options;
    private DeliveryModel _model;
    private int _limit;

    /// <summary>What refusals and first blocks leave of its window: those of a source that saves up for a burst (40 ms
    /// of its limit) arrive all at once, and say nothing of its rate.</summary>
    private int _busyCap = SchedulerLimits.Window;
    private int _calmCap = SchedulerLimits.Window;
    private int _refusals;
    private long _oldestSentAt;
    private long _newestSentAt;
    private bool _isAlone;
    private bool _restsCalmly;

    internal Source(
        int index, uint serial, in SourceProfile profile, SchedulerOptions options, long now)
    {
        Index = index;
        Serial = serial;
        Price = profile.Price;
        Rotation = Mix(profile.Salt ^ Mix(options.Seed + 1));
        _options = options;
        _limit = Math.Clamp(profile.WindowLimit, 0, SchedulerLimits.Window);
        _model = new DeliveryModel(profile, options, now);
    }

    internal int Index { get; }

    /// <summary>Tells apart the sources that one number stood for.</summary>
    internal uint Serial { get; }

    internal int Price { get; }

    internal bool IsPriced => Price > 0;

    /// <summary>Where its rarest-first rotation starts, before it is folded into a ring.</summary>
    internal ulong Rotation { get; }

    /// <summary>What it advertises, by lane; null until its first advertisement there.</summary>
    internal LaneSets Have;

    /// <summary>What it was elected for, by lane.</summary>
    internal LaneSets Elected;

    /// <summary>Head of the list of its requests, oldest first; -1 when it has none.</summary>
    internal int OldestTicket { get; set; } = -1;

    internal int NewestTicket { get; set; } = -1;

    internal int Outstanding { get; private set; }

    /// <summary>Stalls since it last delivered.</summary>
    internal int Backoff { get; private set; }

    /// <summary>It refused lately and is left alone until then, ticks.</summary>
    internal long RestsUntil { get; private set; }

    /// <summary>Requests it may have in flight now, as far as their blocks are waited for, see
    /// <see cref="PickerState.IsAwaited"/>.</summary>
    internal int Window { get; private set; }

    /// <summary>Requests it may have in flight now for what is due later.</summary>
    private int CalmWindow { get; set; }

    /// <summary>
    /// Ticks until a block asked for now would arrive; infinite while it takes no requests.
    /// </summary>
    internal double Expected { get; private set; }

    /// <summary>
    /// <see cref="Expected"/> as it counts beside others: of one that has stalled no less than another
    /// stall would take, so that it is tried on what nobody would bring before that.
    /// </summary>
    internal double Eta { get; private set; }

    /// <summary><see cref="Eta"/> plus the safety margin: slack that counts as in time.</summary>
    internal double Need { get; private set; }

    /// <summary><see cref="Eta"/> of what is waited for.</summary>
    internal double AwaitedEta { get; private set; }

    /// <summary><see cref="Need"/> of what is waited for.</summary>
    internal double AwaitedNeed { get; private set; }

    /// <summary>Ticks of work that this decision left to it, see <see cref="Claim"/>.</summary>
    private double Claimed { get; set; }

    private uint ClaimedIn { get; set; }

    internal double Deviation => _model.Deviation;

    /// <summary>The longest it kept us waiting lately, see <see cref="DeliveryModel.Pause"/>.</summary>
    internal double Pause => _model.Pause;

    /// <summary>Ticks until a block would arrive that queues behind nothing.</summary>
    internal double LoneEta => _model.Expected;

    /// <summary>It has delivered often enough to be judged.</summary>
    internal bool IsKnown => _model.Samples >= DeliveryModel.EarlySamples;

    /// <summary>It has delivered so often that blocks which a player waits for may wait for it.</summary>
    internal bool IsSettled => _model.IsSettled;

    /// <summary>It was silent and nobody could step in: not looked at before then, ticks.</summary>
    internal long LooksAgainAt { get; set; }

    internal long LastDelivery => _model.LastDelivery;

    internal bool HasRoom => Outstanding < Window;

    /// <summary>It may be asked for what is due later.</summary>
    internal bool HasCalmRoom => Outstanding < CalmWindow;

    internal SourceEstimate Estimate => new(
        _model.Rate * TimeSpan.TicksPerSecond,
        new TimeSpan(_model.Smallest),
        new TimeSpan((long)_model.Deviation),
        Outstanding,
        Window);

    internal bool IsElected(int lane, int slot) =>
        Elected[lane] is { } slots && Bitset.Contains(slots, slot);

    internal bool Has(int lane, int slot) =>
        Have[lane] is { } slots && Bitset.Contains(slots, slot);

    /// <summary>Ticks after which a request made now counts as stalled.</summary>
    internal long StallLimit()
    {
        var floor = IsPriced ? _options.PaidStallFloor : _options.StallFloor;
        double limit = Math.Max(
            floor.Ticks, Expected + _options.StallDeviations * _model.Deviation);
        if (_model.Samples < DeliveryModel.EarlySamples)
            limit *= HasNoRival ? EarlyPatience : EarlyPatienceAmongOthers;
        return (long)Math.Min(limit, _options.StallCeiling.Ticks);
    }

    /// <summary>
    /// Ticks until a block would arrive that waits behind what this decision left to it.
    /// </summary>
    internal double EtaIn(uint decision) => Eta + ClaimedWork(decision);

    /// <summary><see cref="EtaIn"/> plus the safety margin.</summary>
    internal double NeedIn(uint decision) => Need + ClaimedWork(decision);

    /// <summary>Ticks of work that a decision left to it.</summary>
    internal double ClaimedWork(uint decision) => ClaimedIn == decision ? Claimed : 0;

    /// <summary>
    /// Leaves a block to this source although its window is full: later ones queue behind it.
    /// </summary>
    internal void Claim(bool isAwaited, uint decision)
    {
        if (ClaimedIn != decision) Claimed = 0;
        ClaimedIn = decision;
        Claimed += _options.BlockBytes / (isAwaited ? _model.PressingRate : _model.Rate);
    }

    /// <summary>Notes a request made now.</summary>
    internal void Asked(long now)
    {
        if (Outstanding++ == 0) _oldestSentAt = now;
        _newestSentAt = now;
    }

    /// <summary>Notes that a request ended, and when those that are left were made.</summary>
    internal void Ended(long oldestSentAt, long newestSentAt)
    {
        Outstanding--;
        (_oldestSentAt, _newestSentAt) = (oldestSentAt, newestSentAt);
    }

    internal void Delivered(int bytes, long sentAt, double expected, bool isPressing, long now)
    {
        _model.Observe(bytes, sentAt, expected, isPressing, now);
        Backoff = 0;
        _refusals = 0;
        int growth = HasNoRival ? WindowGrowth : WindowGrowthAmongOthers;
        _busyCap = Math.Min(_busyCap + growth, SchedulerLimits.Window);
        _calmCap = Math.Min(_calmCap + growth, SchedulerLimits.Window);
    }

    internal void Stalled() => Backoff = Math.Min(Backoff + 1, MostBackoff);

    /// <summary>Halves the window and leaves the source alone for a round trip, doubling. What it refuses
    /// while it is left alone was asked for before: one burst doubles nothing. Who has no time for what has time
    /// may have it for what presses, and is left alone with the former only.</summary>
    /// <param name="isPressing">What it refused pressed.</param>
    /// <param name="now">The time, ticks.</param>
    internal void Refused(bool isPressing, long now)
    {
        ref int cap = ref isPressing ? ref _busyCap : ref _calmCap;
        cap = Math.Max(1, Math.Min(cap, Outstanding + 1) / 2);
        bool rests = now < RestsUntil;
        _restsCalmly = !isPressing && (_restsCalmly || !rests);
        if (rests) return;
        double rest = Math.Max(_model.Base, 20 * TimeSpan.TicksPerMillisecond);
        RestsUntil = now + (long)(rest * (1 << _refusals));
        _refusals = Math.Min(_refusals + 1, MostRefusals);
    }

    internal void Measured(long roundTrip) => _model.Ping(roundTrip);

    internal void SetLimit(int requests) =>
        _limit = Math.Clamp(requests, 0, SchedulerLimits.Window);

    /// <summary>Works out window and expectation again after anything changed.</summary>
    /// <param name="now">The time, ticks.</param>
    /// <param name="isAlone">No other source that costs nothing is connected.</param>
    internal void Refresh(long now, bool isAlone)
    {
        _isAlone = isAlone;
        if (_model.IsUnknown && _refusals == 0) _busyCap = FirstWindow();
        bool rests = RestsUntil > now;
        bool restsWholly = rests && !_restsCalmly;
        Window = restsWholly ? 0 : OpenWindow(isAwaited: true);
        CalmWindow = rests ? 0 : OpenWindow(isAwaited: false);
        double margin = _options.SafetyDeviations * _model.Deviation;
        Expected = ExpectedAt(now, _model.Rate, rests);
        Eta = AtLeastAStall(Expected);
        Need = Eta + margin;
        AwaitedEta = AtLeastAStall(ExpectedAt(now, _model.PressingRate, restsWholly));
        AwaitedNeed = AwaitedEta + margin;
    }

    private double AtLeastAStall(double expected) => Backoff > 0 && !IsPriced
        ? Math.Max(expected, _options.StallFloor.Ticks)
        : expected;

    private double ExpectedAt(long now, double rate, bool rests) => _limit == 0
        ? double.PositiveInfinity
        : Drained(now, rate) * (1 << Backoff) + (rests ? RestsUntil - now : 0);

    /// <summary>
    /// Ticks until a block asked for now arrives: one block time after the last of those before it,
    /// which drain while its own request travels. What is overdue is expected any moment.
    /// </summary>
    private double Drained(long now, double rate)
    {
        double block = _options.BlockBytes / rate;
        if (Outstanding == 0) return _model.Base + block;
        double next = Math.Max(_model.LastDelivery, _oldestSentAt + _model.Base) + block;
        double free = Math.Max(next, now) + (Outstanding - 1) * block;
        free = Math.Max(free, _newestSentAt + _model.Base + block);
        return Math.Max(free - now, _model.Base) + block;
    }

    private int OpenWindow(bool isAwaited)
    {
        if (Backoff > 0) return Math.Min(1, _limit);
        double rate = isAwaited ? _model.PressingRate : _model.Rate;
        double time = _model.Expected + Headroom();
        double formula = Math.Ceiling(rate * time / _options.BlockBytes);
        int window = _model.IsUnknown
            ? FirstWindow()
            : (int)Math.Clamp(formula, _options.MinimumWindow, SchedulerLimits.Window);
        int cap = isAwaited ? _busyCap : Math.Min(_busyCap, _calmCap);
        return Math.Min(Math.Min(window, cap), _limit);
    }

    /// <summary>
    /// What is asked of one that turns out slow waits there while others, that have told nothing yet, are
    /// idle a moment later: so less is asked of each as soon as there are several.
    /// </summary>
    private int FirstWindow() => HasNoRival
        ? Math.Max(_options.InitialWindow, _options.MinimumWindow)
        : WindowAmongOthers();

    /// <summary>What keeps a source of a modest rate busy for a round trip.</summary>
    private int WindowAmongOthers()
    {
        double blocks = Math.Ceiling(
            _options.InitialRateAmongOthers / TimeSpan.TicksPerSecond * _model.Base / _options.BlockBytes);
        return Math.Max(_options.MinimumWindow, (int)Math.Min(blocks, _options.InitialWindow));
    }

    /// <summary>Nobody else could be tried in its place, or nobody as cheap: it is trusted further.</summary>
    private bool HasNoRival => _isAlone || IsPriced;

    /// <summary>
    /// Twice the longest pause lately: a steady source needs little queued, and what is queued below the
    /// uploader's order is what a seek waits for.
    /// </summary>
    private double Headroom() => Math.Min(
        _options.WindowHeadroom.Ticks,
        Math.Max(_options.LeastHeadroom.Ticks, HeadroomPauses * _model.Pause));

    /// <summary>SplitMix64's finaliser: neighbouring salts give unrelated rotations.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
