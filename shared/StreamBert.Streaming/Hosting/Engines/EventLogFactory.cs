using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Hosting.Engines;

/// <summary>Creates the event log of the engine that <c>Log:Engine</c> names.</summary>
public static class EventLogFactory
{
    internal static IEventLog Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EventLogOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        var configuration = services.GetRequiredService<IConfiguration>();
        return ResolveEngine(configuration) switch
        {
            EventLogOptions.Embedded => EmbeddedEventLog.Open(options, time, services.GetRequiredService<ILogger<EmbeddedEventLog>>()),
            EventLogOptions.Kafka => new KafkaEventLog(
                KafkaSettings.From(configuration, options), time, services.GetRequiredService<ILogger<KafkaEventLog>>()),
            var other => throw new ConfigurationException(
                $"Log:Engine is '{other}'; it must be '{EventLogOptions.Embedded}' or '{EventLogOptions.Kafka}'."),
        };
    }

    /// <summary>Returns the engine that the settings name or imply.</summary>
    public static string ResolveEngine(
        IConfiguration configuration) => configuration.GetSection(EventLogOptions.Section)[nameof(EventLogOptions.Engine)]
        ?? (configuration.GetSection(KafkaSettings.Section)["BootstrapServers"] is null ? EventLogOptions.Embedded : EventLogOptions.Kafka);
}
