namespace StreamBert.Cli.Hub;

/// <summary>Contains the response with a file's content, and the checksum that the hub sent before it redirected to its storage.</summary>
internal sealed record HubResponse(HttpResponseMessage Message, string? Sha256) : IDisposable
{
    public void Dispose() => Message.Dispose();
}
