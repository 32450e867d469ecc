namespace P2PStream.Scheduling;

/// <summary>
/// Decides which block is asked of which source, and when. Owns what is wanted, what each source
/// has and what is in flight; owns no bytes, sockets or clocks.
/// </summary>
/// <remarks>
/// A <em>lane</em> is one wanted track: a ring of slots addressed by an ever-growing position, so
/// that a late block can never be taken for the one that reuses its slot. Time is an argument, an
/// offset from any fixed origin that never runs backwards.
/// </remarks>
public interface IBlockPicker
{
    /// <summary>
    /// When <see cref="Tick"/> must next be called; null when nothing waits for time.
    /// </summary>
    TimeSpan? NextWakeUp { get; }

    /// <summary>Opens an empty lane.</summary>
    /// <returns>The lane's number, reused after <see cref="CloseLane"/>.</returns>
    int OpenLane(in LaneOptions options);

    /// <summary>Closes a lane; requests in flight for it are cancelled.</summary>
    void CloseLane(int lane, TimeSpan now);

    /// <summary>The first position of a lane that is still in its ring.</summary>
    long Head(int lane);

    /// <summary>The position that the next <see cref="Append"/> starts at.</summary>
    long Tail(int lane);

    /// <summary>
    /// Adds wanted slots with one deadline (a segment's blocks) at the tail of a lane.
    /// </summary>
    /// <returns>The position of the first.</returns>
    /// <exception cref="InvalidOperationException">The ring has no room for that many.</exception>
    long Append(int lane, int count, TimeSpan deadline);

    /// <summary>Moves the deadline of a range of slots.</summary>
    void SetDeadline(int lane, long first, int count, TimeSpan deadline);

    /// <summary>
    /// Drops every position before <paramref name="head"/>; what is in flight there is cancelled.
    /// </summary>
    void Slide(int lane, long head, TimeSpan now);

    /// <summary>
    /// Empties a lane, as a seek does; what is in flight is cancelled, positions go on growing.
    /// </summary>
    void Clear(int lane, TimeSpan now);

    /// <summary>
    /// Marks a slot as held (true) or as wanted again (false: it was lost or failed verification).
    /// </summary>
    void SetHeld(int lane, long position, bool held, TimeSpan now);

    /// <summary>Adds a source with nothing advertised.</summary>
    /// <returns>The source's number, reused after <see cref="RemoveSource"/>.</returns>
    int AddSource(in SourceProfile profile, TimeSpan now);

    /// <summary>
    /// Removes a source; its requests in flight end as lost and their blocks are wanted again.
    /// </summary>
    void RemoveSource(int source, TimeSpan now);

    /// <summary>
    /// Says that a source has, or no longer has, a range of slots. Positions outside the ring are
    /// ignored.
    /// </summary>
    void Advertise(int source, int lane, long first, int count, bool available, TimeSpan now);

    /// <summary>
    /// Lets a priced source take a range of slots before they are urgent: this node was elected to
    /// fetch them.
    /// </summary>
    void Elect(int source, int lane, long first, int count, bool elected, TimeSpan now);

    /// <summary>
    /// Gives a measured round trip of a source, in addition to what deliveries teach.
    /// </summary>
    void Measured(int source, TimeSpan roundTrip);

    /// <summary>Sets the most requests that a source accepts outstanding (its credit).</summary>
    void SetWindowLimit(int source, int requests);

    /// <summary>
    /// Takes the next request to make now, over all sources; call until false after any change.
    /// </summary>
    bool TryPick(TimeSpan now, out Pick pick);

    /// <summary>Ends a request whose block arrived and verified.</summary>
    /// <returns>False when the request had ended already: the bytes are waste.</returns>
    bool Delivered(uint ticket, int bytes, TimeSpan now);

    /// <summary>
    /// Ends a request that will not be answered or was answered wrongly; the block is wanted again.
    /// </summary>
    /// <returns>False when the request had ended already.</returns>
    bool Failed(uint ticket, FailureReason reason, TimeSpan now);

    /// <summary>Lets time pass: stalls are declared, urgent zones move.</summary>
    void Tick(TimeSpan now);

    /// <summary>
    /// Takes the next request that must be cancelled at its source; it has already ended here.
    /// </summary>
    bool TryTakeCancelled(out Cancellation cancelled);

    /// <summary>What the picker believes of a source.</summary>
    SourceEstimate Estimate(int source);
}
