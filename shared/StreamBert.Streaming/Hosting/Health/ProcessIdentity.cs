using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>Identifies this process among all processes that share a log.</summary>
public sealed class ProcessIdentity
{
    private readonly ServiceNames _services;

    internal ProcessIdentity(ServiceNames services) => _services = services;

    /// <summary>The unique name of the process: several processes of one service may run on one machine.</summary>
    public string Instance { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    internal string Service => _services.ToString();

    /// <summary>Creates a record with the health of this process.</summary>
    internal NewRecord CreateHealthRecord(IReadOnlyList<Degradation> degraded, DateTimeOffset now) =>
        EventRecord.Create(Topics.Health, Instance,
            new HealthReported { Service = Service, Instance = Instance, At = now, Degraded = degraded }, now);
}
