namespace P2PStream.Testing;

/// <summary>
/// An implementation does not keep its contract; the message says which promise, and how.
/// </summary>
public sealed class ContractException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public ContractException()
    {
    }

    /// <summary>Makes one that says what was promised and what happened.</summary>
    public ContractException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what was promised, with the error that broke it.</summary>
    public ContractException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
