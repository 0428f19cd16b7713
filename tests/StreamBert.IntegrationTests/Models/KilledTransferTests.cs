using StreamBert.IntegrationTests.Up;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Models;
using StreamBert.Tests.Streaming.Models;

namespace StreamBert.IntegrationTests.Models;

/// <summary>Kills processes while they transfer a version to or from a real server with the API of S3 (kill -9).</summary>
public sealed class KilledTransferTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private static readonly int[] FilesBeforeKill = [1, 3, 6];
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-transfers-").FullName;
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private static string Source => Path.Combine(AppContext.BaseDirectory, "models", "small");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_process_that_is_killed_during_an_upload_or_a_download_leaves_no_incomplete_version()
    {
        var environment = CreateEnvironment();
        var interrupted = 0;
        foreach (var files in FilesBeforeKill)
        {
            var version = $"v{files}";
            string[] command = ["models", "import", Source, "--name", "mine", "--version", version, "--models", PathOf("one")];
            await using (var import = StreamBertProcess.Start(environment, command))
            {
                await UntilAsync(import, () => server.CountFiles($"{_prefix}/mine/{version}") >= files);
                await import.KillAsync();
            }
            if (!await IsStoredAsync(version))
                interrupted++;
            Assert.Equal(0, (await StreamBertProcess.RunAsync(environment, command)).Code);

            string[] export = ["models", "export", "mine", version, PathOf($"exported-{files}"), "--models", PathOf("two")];
            await using (var download = StreamBertProcess.Start(environment, export))
            {
                await UntilAsync(download, () => CountFiles(PathOf("two", "mine", $"{version}.download.partial")) >= files);
                await download.KillAsync();
            }
            CheckDirectory(version);
            if (!Directory.Exists(PathOf("two", "mine", version)))
                interrupted++;
            if (!Directory.Exists(PathOf($"exported-{files}")))
                Assert.Equal(0, (await StreamBertProcess.RunAsync(environment, export)).Code);
            Assert.True(Directory.Exists(PathOf("two", "mine", version)));
            CheckDirectory(version);
        }
        Assert.NotEqual(0, interrupted); // a transfer that was complete before its process was killed shows nothing
    }

    /// <summary>Returns whether the store has the version, which then must be complete.</summary>
    private async Task<bool> IsStoredAsync(string version)
    {
        using var store = OpenStore();
        var isListed = (await store.ListAsync("mine", Cancellation)).Any(stored => stored.Version == version);
        Assert.Equal(isListed, await store.DownloadAsync(PathOf("check"), $"mine/{version}", Cancellation)); // verifies the checksums
        return isListed;
    }

    /// <summary>The directory has the complete version or none.</summary>
    private void CheckDirectory(string version)
    {
        if (Directory.Exists(PathOf("two", "mine", version)))
            ModelPackage.Verify(PathOf("two", "mine", version));
    }

    private static async Task UntilAsync(StreamBertProcess process, Func<bool> condition)
    {
        while (!condition() && !process.HasExited)
            await Task.Delay(1, Cancellation);
    }

    private static int CountFiles(string directory)
    {
        try
        {
            return Directory.EnumerateFiles(directory).Count();
        }
        catch (DirectoryNotFoundException)
        {
            return 0; // not begun, or already renamed
        }
    }

    private Dictionary<string, string> CreateEnvironment()
    {
        var options = server.Options(_prefix, PathOf("one"));
        return new()
        {
            ["STREAMBERT_Models__Store"] = options.Store!,
            ["STREAMBERT_Models__S3__Endpoint"] = options.S3.Endpoint!,
            ["STREAMBERT_Models__S3__ForcePathStyle"] = "true",
        };
    }

    private ModelStore OpenStore() => new(
        server.Options(_prefix, PathOf("check")), new(ModelPackage.ReadBaseName, ModelPackage.Verify), TimeProvider.System);

    private string PathOf(params string[] names) => Path.Combine([_directory, .. names]);
}
