using System.Collections.Concurrent;

namespace StreamBert.Streaming.Hosting;

/// <summary>One part of a process that must be ready before work is sent to it.</summary>
/// <param name="Detail">What it is waiting for, or has, in words.</param>
public sealed record ReadinessPart(bool Ready, string Detail);

/// <summary>
/// Whether this process can do its work: named parts (<c>log</c>, <c>model</c>, <c>state</c>), each set by the code that knows.
/// The process is ready when every part that was ever named is. A singleton; thread-safe.
/// </summary>
public sealed class Readiness
{
    /// <summary>The part that tells whether the event log answers.</summary>
    public const string Log = "log";

    private readonly ConcurrentDictionary<string, ReadinessPart> _parts = [];

    public IReadOnlyDictionary<string, ReadinessPart> Parts => _parts;

    public bool IsReady => _parts.Values.All(static part => part.Ready);

    public void Ready(string part, string detail = "ready") => _parts[part] = new(true, detail);

    /// <summary>Names a part that is not ready (yet, or any more).</summary>
    public void Waiting(string part, string detail) => _parts[part] = new(false, detail);
}
