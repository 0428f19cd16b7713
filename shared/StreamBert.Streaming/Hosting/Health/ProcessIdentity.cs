using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>Who this process is among all that share a log.</summary>
public sealed class ProcessIdentity
{
    private readonly ServiceNames _services;

    internal ProcessIdentity(ServiceNames services) => _services = services;

    /// <summary>Unique to the process: processes of one service may run on one machine.</summary>
    public string Instance { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    internal string Service => _services.ToString();

    /// <summary>How this process is, as a record.</summary>
    internal NewRecord CreateHealthRecord(IReadOnlyList<Degradation> degraded, DateTimeOffset now) =>
        EventRecord.Create(Topics.Health, Instance, new HealthReported { Service = Service, Instance = Instance, At = now, Degraded = degraded }, now);
}
