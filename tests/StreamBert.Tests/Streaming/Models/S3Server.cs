using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Tests.Streaming.Models;

/// <summary>
/// A real server with the API of S3 in a process of its own: s3rver, which <c>STREAMBERT_TEST_S3RVER</c> names or which is on the path
/// (<c>npm install --global s3rver</c>). Without it, the tests that use it are skipped.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    private const string Program = "s3rver", Variable = "STREAMBERT_TEST_S3RVER", Bucket = "models", Credential = "S3RVER";
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-s3-").FullName;
    private Process? _process;
    private int _port;

    /// <summary>Options of a store with a prefix of its own. Skips the test if there is no server.</summary>
    public ModelsOptions Options(string prefix, string directory)
    {
        Assert.SkipWhen(
            _process is null, $"{Program} is not installed; install it with 'npm install --global {Program}', or name it in {Variable}.");
        return new()
        {
            Directory = directory,
            Store = $"s3://{Bucket}/{prefix}",
            S3 = new() { Endpoint = Endpoint, ForcePathStyle = true },
        };
    }

    public string Endpoint { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // The SDK takes credentials from the environment only, as the product does.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Credential);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Credential);
        _port = GetFreePort();
        Endpoint = $"http://127.0.0.1:{_port}";
        await ContinueAsync();
    }

    /// <summary>Ends the server; its objects stay.</summary>
    public void Pause()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Returns the number of objects below a key whose upload has begun.</summary>
    public int CountFiles(string key)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(_directory, Bucket, key), "*._S3rver_object").Count();
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Sets the time at which an object was written.</summary>
    public void SetTime(string key, DateTimeOffset time) =>
        File.SetLastWriteTimeUtc(Path.Combine(_directory, Bucket, $"{key}._S3rver_object"), time.UtcDateTime);

    /// <summary>Starts the server, if it is installed.</summary>
    public async Task ContinueAsync()
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Program;
        try
        {
            _process = Process.Start(new ProcessStartInfo(
                program, ["-d", _directory, "-a", "127.0.0.1", "-p", $"{_port}", "--silent", "--configure-bucket", Bucket]));
        }
        catch (Win32Exception)
        {
            return;
        }
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await client.GetAsync(new Uri(Endpoint), TestContext.Current.CancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
        throw new InvalidOperationException($"{program} does not answer at {Endpoint}.");
    }

    public ValueTask DisposeAsync()
    {
        Pause();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    public static int GetFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
