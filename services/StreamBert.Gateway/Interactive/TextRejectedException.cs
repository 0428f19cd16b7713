namespace StreamBert.Gateway.Interactive;

/// <summary>Reports that a text could not be classified and became a dead letter.</summary>
public sealed class TextRejectedException(string reason, string detail) : Exception(detail)
{
    /// <summary>The reason of the dead letter, one of <see cref="Contracts.DeadLetterReasons"/>.</summary>
    public string Reason { get; } = reason;
}
