namespace P2PStream;

/// <summary>A source is missing or malformed. The message is one line for people.</summary>
public sealed class StreamSourceException : IOException
{
    /// <summary>Makes one without a message.</summary>
    public StreamSourceException() { }

    /// <summary>Makes one.</summary>
    public StreamSourceException(string message) : base(message) { }

    /// <summary>Makes one with its cause.</summary>
    public StreamSourceException(string message, Exception innerException)
        : base(message, innerException) { }
}
