namespace P2PStream.Transport;

/// <summary>A link could not be made, or a listener could not listen. The message is one line for
/// people.</summary>
public sealed class LinkException : IOException
{
    /// <summary>Makes one without a message.</summary>
    public LinkException() { }

    /// <summary>Makes one.</summary>
    public LinkException(string message) : base(message) { }

    /// <summary>Makes one with its cause.</summary>
    public LinkException(string message, Exception innerException)
        : base(message, innerException) { }
}
