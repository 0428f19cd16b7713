using StreamBert.Cli.Hub;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Downloads a tiny model from a real HTTP server with the API of the hub.</summary>
internal sealed class HubDownload : IDisposable
{
    public const string Weights = "model.safetensors";
    private const long MaxBytes = 1_000_000_000;
    private readonly TempFolder _folder = new();

    public HubDownload() => TinyPackage.Write(Package, "v1", "label");

    public string Package => _folder["package"];

    public string Root => _folder["hub"];

    public DownloadProgressLog Progress { get; } = new();

    public Task<HubServer> StartServerAsync() => HubServer.StartAsync(Package);

    public async Task<string> RunAsync(
        HubServer server, string? token = null, HubModel? model = null, long maxBytes = MaxBytes, CancellationToken? cancellation = null)
    {
        using var hub = new HubClient(server.Hub.ToString(), token);
        return await new ModelDownload(hub, TimeSpan.Zero, TimeProvider.System, Progress).RunAsync(
            model ?? HubModel.Parse("acme/tiny", "main"), Root, maxBytes, cancellation ?? TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();
}
