using Microsoft.AspNetCore.Http;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Tests tokens, redirects and refusals.</summary>
public sealed class HubClientTests : IDisposable
{
    private readonly HubDownload _download = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_token_is_sent_to_the_hub_and_never_to_its_storage()
    {
        await using var server = await _download.StartServerAsync();

        await _download.RunAsync(server, token: "hf_secret");

        Assert.Contains(server.Requests, static request => request.Server == "store");
        Assert.All(
            server.Requests,
            static request => Assert.Equal(request.Server == "hub" ? "Bearer hf_secret" : "", request.Authorization));
    }

    [Theory]
    [InlineData(401, null, "HF_TOKEN to an access token")]
    [InlineData(401, "hf_secret", "does not accept the token in HF_TOKEN")]
    [InlineData(403, "hf_secret", "accept its terms")]
    [InlineData(404, null, "no model acme/tiny at revision 'main'")]
    public async Task A_refusal_of_the_hub_suggests_a_remedy_and_never_contains_the_token(int status, string? token, string advice)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context => Task.FromResult(context.Response.StatusCode = status);

        var refusal = await Assert.ThrowsAsync<CliException>(() => _download.RunAsync(server, token: token));

        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "is not a model hub")]
    [InlineData("""{"sha":"x"}""", "lists no files")]
    [InlineData("""{"siblings":5}""", "is not a model hub")]
    public async Task A_server_that_is_not_a_hub_is_reported(string body, string complaint)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context => context.Response.WriteAsync(body);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => _download.RunAsync(server));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/models/acme/tiny/revision/main", "redirects more than 10 times")]
    [InlineData("ftp://127.0.0.1/x", "is not followed")]
    [InlineData("file:///etc/hostname", "is not followed")]
    public async Task A_circular_or_less_secure_redirect_is_not_followed(string to, string complaint)
    {
        await using var server = await HubServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.Redirect(to);
            return Task.CompletedTask;
        };

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => _download.RunAsync(server));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_connection_is_reported()
    {
        using var hub = new HubClient("http://127.0.0.1:9", null);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => hub.ListAsync(HubModel.Parse("a/b", "main"), Cancellation));

        Assert.Contains("127.0.0.1:9 cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_never_sent_unencrypted_or_printed()
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

    public void Dispose() => _download.Dispose();
}
