using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;
using StreamBert.Tests.Cli;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Packages;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Checks that pipes without a writer, endless devices, sockets and directories are refused immediately, with exit code 2.
/// </summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class SpecialFileTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly TempFolder _folder = new();
    private readonly List<Socket> _open = [];

    public SpecialFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFOs.");

    public void Dispose()
    {
        _open.ForEach(static socket => socket.Dispose());
        _folder.Dispose();
    }

    [Theory]
    [InlineData("fifo", "a pipe (FIFO)")]
    [InlineData("zero", "a device")]
    [InlineData("directory", "a directory")]
    [InlineData("socket", "a socket")]
    [InlineData("link-to-fifo", "a pipe (FIFO)")]
    [InlineData("link-to-zero", "a device")]
    public async Task A_special_file_is_refused_without_waiting(string kind, string description)
    {
        var path = CreateSpecialFile(kind, _folder[kind]);

        var refused = await Assert.ThrowsAsync<NotRegularFileException>(() => Task.Run(
            () => RegularFile.Open(path).Dispose(),
            TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken));

        Assert.Contains(description, refused.Message, StringComparison.Ordinal);
        Assert.Throws<NotRegularFileException>(() => RegularFile.Require(path));
    }

    [Fact]
    public void A_file_and_a_symbolic_link_to_it_are_read()
    {
        File.WriteAllText(_folder["file"], "text");
        File.CreateSymbolicLink(_folder["link"], _folder["file"]);

        Assert.Equal("text", RegularFile.Text(_folder["file"], 100));
        Assert.Equal("text", RegularFile.Text(_folder["link"], 100));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder["none"]));
    }

    [Fact]
    public void A_limit_applies_to_the_bytes_read_and_not_to_the_size_in_the_file_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has files with a reported size of 0.");

        Assert.Equal(0, new FileInfo("/proc/self/maps").Length);
        Assert.Throws<IOException>(static () => RegularFile.Bytes("/proc/self/maps", 10));
        Assert.NotEmpty(RegularFile.Bytes("/proc/self/maps", 1 << 24));
    }

    [Theory]
    [InlineData("classify --input {0}")]
    [InlineData("tokenize --input {0}")]
    [InlineData("evaluate --head sentiment --data {0}")]
    [InlineData("train --recipe {0} --data x --out {1}")]
    [InlineData("train --task ner --data {0} --out {1}")]
    [InlineData("status --api-key-file {0}")]
    [InlineData("status --config {0}")]
    [InlineData("up --replay {0} --pipeline financial-news --data {1}")]
    [InlineData("bench tokenizer --input {0}")]
    public async Task Every_command_refuses_special_files(string command)
    {
        foreach (var kind in new[] { "fifo", "zero", "link-to-fifo" })
        {
            foreach (var ending in new[] { ".csv", ".jsonl", ".gz", "" })
            {
                var path = CreateSpecialFile(kind, _folder[$"{kind}{ending}"]);
                var run = await CommandRun.RunAsync(string.Format(null, command, path, _folder["out"]).Split(' '))
                    .WaitAsync(Timeout, TestContext.Current.CancellationToken);

                Assert.Equal(2, run.ExitCode);
                Assert.Contains("only regular files are read", run.Error, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("added_tokens.json")]
    [InlineData("streambert.json")]
    public async Task No_file_of_a_model_may_be_a_special_file(string name)
    {
        foreach (var kind in new[] { "fifo", "zero" })
        {
            var directory = _folder[$"{kind}-model"];
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            PlainCheckpoint.Write(directory);
            File.Delete(Path.Combine(directory, name));
            CreateSpecialFile(kind, Path.Combine(directory, name));

            var refused = await Assert.ThrowsAnyAsync<Exception>(() => Task.Run(() =>
            {
                _ = ModelPackage.ComputeFingerprint(directory);
                TextClassifier.Load(directory).Dispose();
            }, TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken));

            Assert.IsType<ModelPackageException>(refused);
            Assert.Contains("only regular files are read", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Redis:CaCertificate")]
    [InlineData("SchemaRegistry:CaCertificate")]
    [InlineData("Kafka:SslCaLocation")]
    [InlineData("Kafka:ssl.key.location")]
    [InlineData("Kestrel:Certificates:Default:Path")]
    [InlineData("Kestrel:Endpoints:Https:Certificate:KeyPath")]
    public void No_certificate_or_key_in_a_setting_may_be_a_special_file(string setting)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [setting] = CreateSpecialFile("fifo", _folder["fifo"]),
        });

        Assert.Contains(
            setting,
            Assert.Throws<ConfigurationException>(() => builder.AddStreamBertDefaults("test")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_file_may_not_be_a_special_file()
    {
        CreateSpecialFile("fifo", _folder["keys.db"]);
        using var keys = TestKeys.In(_folder.Path);

        Assert.Throws<ConfigurationException>(() => keys.Digest("somebody"));
    }

    [Fact]
    public void No_mounted_secret_may_be_a_special_file()
    {
        CreateSpecialFile("fifo", _folder["Kafka__SaslPassword"]);

        Assert.Throws<ConfigurationException>(() => Secrets.AddFiles(new ConfigurationBuilder(), _folder.Path));
    }

    private string CreateSpecialFile(string kind, string path)
    {
        if (File.Exists(path) || Directory.Exists(path))
            return path;
        switch (kind)
        {
            case "fifo":
                using (var made = Process.Start("mkfifo", [path]))
                    made.WaitForExit();
                break;
            case "zero":
                return "/dev/zero" is var zero && Path.GetExtension(path).Length == 0 && !path.Contains("-model", StringComparison.Ordinal)
                    ? zero
                    : CreateLink(path, zero);
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "socket":
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                _open.Add(socket);
                break;
            case "link-to-fifo":
                return CreateLink(path, CreateSpecialFile("fifo", path + ".target"));
            case "link-to-zero":
                return CreateLink(path, "/dev/zero");
        }
        return path;
    }

    private static string CreateLink(string path, string target)
    {
        File.CreateSymbolicLink(path, target);
        return path;
    }
}
