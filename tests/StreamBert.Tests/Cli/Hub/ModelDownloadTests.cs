using System.Text;
using Microsoft.AspNetCore.Http;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hub;
using StreamBert.Model;
using StreamBert.Privacy;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>The download against a real HTTP server with the hub's interface.</summary>
public sealed class ModelDownloadTests : IDisposable
{
    private const string Weights = "model.safetensors";
    private const long Plenty = 1_000_000_000;
    private readonly TempFolder _folder = new();
    private readonly Progress _progress = new();

    public ModelDownloadTests() => TinyPackage.Write(_folder["package"], "v1", "label");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_downloaded_and_nothing_else_of_its_repository()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Files.Remove("streambert.json");
        foreach (var name in (string[])["README.md", "pytorch_model.bin", "training_args.bin", "run.py"])
            server.Files.Add(name, [1]);

        var directory = await DownloadAsync(server);

        Assert.Equal(
            ["config.json", Weights, "vocab.txt"],
            Directory.EnumerateFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["config.json", Weights, "vocab.txt"], server.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        Assert.Equal(server.Files[Weights].Length, _progress.Last.Done);
    }

    [Fact]
    public async Task A_sharded_model_is_downloaded_with_its_shards()
    {
        Shards.Split(_folder["package"], 3);
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Files.Add("other.safetensors", [1]);

        var directory = await DownloadAsync(server);
        File.Copy(Path.Combine(_folder["package"], "streambert.json"), Path.Combine(directory, "streambert.json"));

        Assert.DoesNotContain("other.safetensors", server.Asked);
        using var model = TextClassifier.Load(directory);
        Assert.Equal("v1", model.Version);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_never_on_to_its_store()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);

        await DownloadAsync(server, token: "hf_secret");

        Assert.Contains(server.Requests, static request => request.Server == "store");
        Assert.All(
            server.Requests,
            static request => Assert.Equal(request.Server == "hub" ? "Bearer hf_secret" : "", request.Authorization));
    }

    [Fact]
    public async Task All_files_come_from_the_commit_that_the_revision_stands_for()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);

        var directory = await DownloadAsync(server, model: HubModel.Parse("acme/tiny", "refs/pr/1"));

        Assert.EndsWith(HubServer.Commit, directory, StringComparison.Ordinal);
        Assert.All(
            server.Requests.Where(static r => r.Path.Contains("/resolve/", StringComparison.Ordinal)),
            static r => Assert.Contains(HubServer.Commit, r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_transfer_goes_on_where_it_broke()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        var half = server.Files[Weights].Length / 2;
        server.BreakOnce(Weights, _progress.ReachedAsync(Weights, half));

        var directory = await DownloadAsync(server);

        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        var resumed = server.Requests.Last(static request => request.Server == "store");
        Assert.Equal(($"bytes={half}-", server.Tag), (resumed.Range, resumed.IfRange));
    }

    [Fact]
    public async Task A_download_that_was_cancelled_is_gone_on_with_by_the_next_command()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        var half = server.Files[Weights].Length / 2;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reached = _progress.ReachedAsync(Weights, half);
        server.BreakOnce(Weights, Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default));
        var first = DownloadAsync(server, cancellation: stop.Token);
        await reached;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(
            half,
            new FileInfo(Assert.Single(Directory.EnumerateFiles(_folder["hub"], "*.part", SearchOption.AllDirectories))).Length);

        var directory = await DownloadAsync(server);

        Assert.Equal($"bytes={half}-", server.Requests.Last(static request => request.Server == "store").Range);
        Assert.Single(server.Asked, "config.json");
        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        Assert.Empty(Directory.EnumerateFiles(directory, "*.part").Concat(Directory.EnumerateFiles(directory, "*.etag")));
    }

    [Theory]
    [InlineData(false, "\"one\"")]
    [InlineData(true, "\"two\"")]
    public async Task A_server_without_ranges_or_with_another_file_by_now_sends_it_anew(bool ranges, string tag)
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        var reached = _progress.ReachedAsync(Weights, server.Files[Weights].Length / 2);
        server.BreakOnce(Weights, reached.ContinueWith(_ => (server.Ranges, server.Tag) = (ranges, tag), TaskScheduler.Default));

        var directory = await DownloadAsync(server);

        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_bytes_than_announced_are_refused_and_not_kept(bool listed)
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.ListsChecksums = listed; // else the redirect says it
        server.Claimed.Add(Weights, [.. server.Files[Weights][..^1], (byte)(server.Files[Weights][^1] ^ 1)]);

        var refusal = await Assert.ThrowsAsync<DamagedDownloadException>(() => DownloadAsync(server));

        Assert.Contains("its SHA-256 is", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Weights, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder["hub"], "model.safetensors*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_not_taken()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Claimed.Add(Weights, server.Files[Weights][..100]);

        var refusal = await Assert.ThrowsAsync<CliException>(() => DownloadAsync(server));

        Assert.Contains("larger than the 100 bytes announced", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_bytes_than_announced_are_told_after_some_attempts()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Claimed.Add(Weights, [.. server.Files[Weights], 0]);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => DownloadAsync(server));

        Assert.Contains($"{Weights} of acme/tiny did not come whole", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_larger_than_allowed_is_refused_before_its_weights_are_asked_for()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);

        var refusal = await Assert.ThrowsAsync<CliException>(() => DownloadAsync(server, limit: 3000));

        Assert.Contains("--max-size", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Weights, server.Asked);
    }

    [Theory]
    [InlineData(401, null, "HF_TOKEN to an access token")]
    [InlineData(401, "hf_secret", "does not accept the token in HF_TOKEN")]
    [InlineData(403, "hf_secret", "accept its terms")]
    [InlineData(404, null, "no model acme/tiny at revision 'main'")]
    public async Task A_refusal_of_the_hub_says_what_to_do_and_never_the_token(int status, string? token, string advice)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context => Task.FromResult(context.Response.StatusCode = status);

        var refusal = await Assert.ThrowsAsync<CliException>(() => DownloadAsync(server, token: token));

        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_store_is_asked_again()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        var failures = 0;
        server.Instead = context => context.Request.Path.StartsWithSegments("/store") && failures++ < 2
            ? Task.FromResult(context.Response.StatusCode = 503)
            : null;

        var directory = await DownloadAsync(server);

        Assert.True(File.Exists(Path.Combine(directory, Weights)));
    }

    [Theory]
    [InlineData("<html>", "is no hub")]
    [InlineData("""{"sha":"x"}""", "lists no files")]
    [InlineData("""{"siblings":5}""", "is no hub")]
    public async Task A_server_that_is_no_hub_is_told(string body, string complaint)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context => context.Response.WriteAsync(body);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => DownloadAsync(server));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/models/acme/tiny/revision/main", "redirects more than 10 times")]
    [InlineData("ftp://127.0.0.1/x", "is not followed")]
    [InlineData("file:///etc/hostname", "is not followed")]
    public async Task A_redirect_in_circles_or_to_something_less_safe_is_not_followed(string to, string complaint)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.Redirect(to);
            return Task.CompletedTask;
        };

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => DownloadAsync(server));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_with_only_a_pickle_is_refused_with_what_to_do()
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Files.Remove(Weights);
        server.Files.Add("pytorch_model.bin", [1]);

        var refusal = await Assert.ThrowsAsync<CliException>(() => DownloadAsync(server));

        Assert.Contains("only pytorch_model.bin", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("refs/pr/NUMBER", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_repository_that_is_no_model_is_refused()
    {
        await using var server = await HubServer.StartAsync();
        server.Files.Add("README.md", [1]);

        Assert.Contains(
            "has no config.json",
            (await Assert.ThrowsAsync<CliException>(() => DownloadAsync(server))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.safetensors", "has no missing.safetensors")]
    [InlineData("../../evil.safetensors", "only a plain name")]
    public async Task An_index_that_names_what_is_not_there_or_elsewhere_is_refused(string shard, string complaint)
    {
        await using var server = await HubServer.StartAsync(_folder["package"]);
        server.Files.Remove(Weights);
        server.Files.Add("model.safetensors.index.json", Encoding.UTF8.GetBytes($$$"""{"weight_map":{"a":"{{{shard}}}"}}"""));

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => DownloadAsync(server));

        Assert.True(refusal is CliException or ModelPackageException, refusal.ToString());
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_the_address_is_told()
    {
        using var hub = new HubClient("http://127.0.0.1:9", null);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => hub.ListAsync(HubModel.Parse("a/b", "main"), Cancellation));

        Assert.Contains("127.0.0.1:9 cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_not_sent_in_the_clear_nor_shown_when_it_is_none()
    {
        Assert.Contains(
            "unencrypted",
            Assert.Throws<CliException>(static () => new HubClient("http://hub.example", "hf_secret")).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "hf_\n",
            Assert.Throws<CliException>(static () => new HubClient("https://hub.example", "hf_\nsecret")).ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("noslash", "main")]
    [InlineData("../x", "main")]
    [InlineData("a/..", "main")]
    [InlineData("a/b/c", "main")]
    [InlineData("a/b", "..")]
    [InlineData("a/b", "x/../y")]
    [InlineData("a/b", "")]
    public void A_name_that_could_lead_elsewhere_is_refused(string id, string revision)
        => Assert.Throws<CliException>(() => HubModel.Parse(id, revision));

    public void Dispose() => _folder.Dispose();

    private async Task<string> DownloadAsync(
        HubServer server, string? token = null, HubModel? model = null, long limit = Plenty, CancellationToken? cancellation = null)
    {
        using var hub = new HubClient(server.Hub.ToString(), token);
        return await new ModelDownload(hub, TimeSpan.Zero, TimeProvider.System, _progress)
            .RunAsync(model ?? HubModel.Parse("acme/tiny", "main"), _folder["hub"], limit, cancellation ?? Cancellation);
    }

    private sealed class Progress : IProgress<DownloadProgress>
    {
        private readonly List<(string File, long Bytes, TaskCompletionSource Reached)> _awaited = [];

        public DownloadProgress Last { get; private set; } = new("", 0, null);

        public Task ReachedAsync(string file, long bytes)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((file, bytes, reached));
            return reached.Task;
        }

        public void Report(DownloadProgress value)
        {
            Last = value;
            foreach (var (file, bytes, reached) in _awaited)
            {
                if (value.File == file && value.Done >= bytes)
                    reached.TrySetResult();
            }
        }
    }
}
