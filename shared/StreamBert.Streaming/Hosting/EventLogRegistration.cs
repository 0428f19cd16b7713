using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;

namespace StreamBert.Streaming.Hosting;

/// <summary>The event log that <c>Log:Engine</c> names.</summary>
internal static class EventLogRegistration
{
    public static IEventLog Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EventLogOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        return options.Engine switch
        {
            EventLogOptions.Embedded or null => EmbeddedEventLog.Open(options, time, services.GetRequiredService<ILogger<EmbeddedEventLog>>()),
            var other => throw new ConfigurationException($"Log:Engine is '{other}'; it must be '{EventLogOptions.Embedded}' or '{EventLogOptions.Kafka}'."),
        };
    }
}
