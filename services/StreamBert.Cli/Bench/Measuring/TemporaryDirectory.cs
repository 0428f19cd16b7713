namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Creates a temporary directory and deletes it when disposed.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("streambert-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
