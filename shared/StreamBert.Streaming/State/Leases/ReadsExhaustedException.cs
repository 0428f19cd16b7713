using StreamBert.Streaming.State.Connection;

namespace StreamBert.Streaming.State.Leases;

/// <summary>Reads hold as much memory as they may: nothing is wrong with the store, but this read has to be repeated later.</summary>
public sealed class ReadsExhaustedException : StateUnavailableException
{
    /// <summary>Creates the exception for a budget.</summary>
    /// <param name="capacity">The bytes that reads may hold together.</param>
    public ReadsExhaustedException(long capacity)
        : base(
            $"Reads hold as much memory as they may ({capacity:N0} bytes, Redis:MaxReadBytes). Try again in some seconds, "
            + "or ask for less (limit).")
    {
        IsUnreachable = false;
        Remedy = "Ask for less at one time (limit), or raise Redis:MaxReadBytes where memory allows it; the condition ends without a "
            + "restart.";
    }
}
