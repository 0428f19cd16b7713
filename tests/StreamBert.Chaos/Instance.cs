using System.Net;
using System.Net.Sockets;

namespace StreamBert.Chaos;

/// <summary>One <c>streambert up</c> that is started again whenever it is killed.</summary>
internal sealed class Instance(ChaosOptions options, int number, string? redis) : IAsyncDisposable
{
    private const string Banner = "Dashboard ";
    private Child? _child;

    public Child Child => _child ?? throw new InvalidOperationException("The instance is not started.");

    /// <summary>Whether it ended although nobody killed it.</summary>
    public bool EndedByItself => _child is { HasExited: true };

    /// <summary>Its address while it is at work; null while it starts or stands by.</summary>
    public Uri? Address => _child is { HasExited: false, Said: { IsCompletedSuccessfully: true } said }
        ? new(said.Result.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
        : null;

    public async Task StartAsync()
    {
        await DisposeAsync();
        _child = Child.Start(
            BuiltProgram.StreamBert, ["up", "--data", Data, "--port", "0", "--standby", "--no-simulator"], Settings, Banner, Path.Combine(
                options.Directory,
                $"instance-{number}.log"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _child, null) is { } child) // the feeder looks at it all the while
            await child.DisposeAsync();
    }

    public static string DataOf(ChaosOptions options) => Path.Combine(options.Directory, "data");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// On Kafka the processes share nothing but the broker and the models; on the embedded log they take turns on one directory.
    /// </summary>
    private string Data => options.Kafka is null ? DataOf(options) : Path.Combine(options.Directory, $"data-{number}");

    /// <summary>Small training runs, so that some end between two blows and others are cut off.</summary>
    private Dictionary<string, string> Settings
    {
        get
        {
            var settings = new Dictionary<string, string>
            {
                ["Training__MinimumFeedback"] = "40",
                ["Training__MaximumFeedback"] = "200",
                ["Training__MaximumReplay"] = "64",
                ["Training__MinimumReplay"] = "16",
                ["Training__Epochs"] = "1",
            };
            if (redis is not null)
                settings["Redis__ConnectionString"] = redis;
            if (options.Kafka is not null)
            {
                (settings["Log__Engine"], settings["Kafka__BootstrapServers"], settings["Models__Directory"]) = ("kafka", options
                    .Kafka, Path.Combine(options.Directory, "models"));
            }

            return settings;
        }
    }
}
