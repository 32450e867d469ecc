namespace P2PStream.Swarm;

/// <summary>
/// Questions under way (for record batches, leaf lists): one peer at a time is asked each, and
/// another when it does not answer in time or has nothing.
/// </summary>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <param name="timeout">How long one peer may take.</param>
/// <param name="limit">Questions under way at once.</param>
/// <param name="asksOnce">True to drop a question that nobody answers; false to begin again with all.</param>
internal sealed class PendingFetches<TKey>(TimeSpan timeout, int limit, bool asksOnce = false)
    where TKey : struct, IEquatable<TKey>
{
    /// <summary>Peers tried for one question before all may be tried again.</summary>
    private const int MaxTried = 32;

    private readonly Dictionary<TKey, Question> _questions = [];
    private readonly List<TKey> _order = [];

    /// <summary>Questions that are not answered yet.</summary>
    public int Count => _order.Count;

    /// <summary>Adds a question; one that is there already stays as it is.</summary>
    public void Add(TKey key)
    {
        if (_questions.ContainsKey(key)) return;
        _questions.Add(key, new Question());
        _order.Add(key);
    }

    public bool Contains(TKey key) => _questions.ContainsKey(key);

    /// <summary>Ends a question: answered, or of no interest any more.</summary>
    public void Remove(TKey key)
    {
        if (_questions.Remove(key)) _order.Remove(key);
    }

    /// <summary>Ends questions that are of no interest any more: they would take the place of others.</summary>
    public void RemoveWhere(Func<TKey, bool> isOver)
    {
        for (var i = _order.Count - 1; i >= 0; i--)
            if (isOver(_order[i])) Remove(_order[i]);
    }

    /// <summary>That peer has nothing for the question.</summary>
    public void Refused(TKey key, int peer)
    {
        if (_questions.TryGetValue(key, out var question) && question.Peer == peer) question.Peer = -1;
    }

    /// <summary>Ends all questions.</summary>
    public void Clear()
    {
        _questions.Clear();
        _order.Clear();
    }

    public void PeerLeft(int peer)
    {
        foreach (var key in _order)
        {
            var question = _questions[key];
            if (question.Peer == peer) question.Peer = -1;
            question.Tried.Remove(peer);
        }
    }

    /// <summary>Assigns questions that nobody is working on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="choose">Chooses among peers not tried; -1 for none.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="patience">How long a peer may take, where that is not the usual time.</param>
    public void Assign(TimeSpan now, Func<TKey, List<int>, int> choose, Action<TKey, int> ask,
        Func<TKey, int, TimeSpan>? patience = null)
    {
        var asked = 0;
        for (var i = 0; i < _order.Count && asked < limit; i++)
        {
            var key = _order[i];
            var question = _questions[key];
            if (question.Peer >= 0 && now < question.Until)
            {
                asked++;
                continue;
            }

            if (question.Tried.Count >= MaxTried) question.Tried.Clear();
            var peer = choose(key, question.Tried);
            if (peer < 0 && asksOnce)
            {
                Remove(key);
                i--;
                continue;
            }

            if (peer < 0)
            {
                if (now >= question.Until) question.Tried.Clear();
                continue;
            }

            question.Peer = peer;
            question.Until = now + (patience?.Invoke(key, peer) ?? timeout);
            question.Tried.Add(peer);
            asked++;
            ask(key, peer);
        }
    }

    private sealed class Question
    {
        public int Peer { get; set; } = -1;

        /// <summary>So long the last one that was asked may take.</summary>
        public TimeSpan Until { get; set; } = TimeSpan.MinValue;

        public List<int> Tried { get; } = [];
    }
}
