using StackExchange.Redis;
using StreamBert.Cli.Embedded;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Cli.Embedded;

public sealed class EmbeddedStateServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-state-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Content_survives_a_restart()
    {
        await using (var first = Started(out _))
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(first.ConnectionString))
        {
            await redis.GetDatabase().HashSetAsync("hash", "field", "value");
            await redis.GetDatabase().SortedSetAddAsync("sorted", "member", 3);
        }

        await using var second = Started(out var fault);
        await using var again = await ConnectionMultiplexer.ConnectAsync(second.ConnectionString);
        Assert.Null(fault);
        Assert.Equal("value", await again.GetDatabase().HashGetAsync("hash", "field"));
        Assert.Equal(3, await again.GetDatabase().SortedSetScoreAsync("sorted", "member"));
    }

    [Fact]
    public async Task It_requires_the_password()
    {
        await using var state = Started(out _);
        var stranger = ConfigurationOptions.Parse(state.ConnectionString);
        stranger.Password = null;

        await using var redis = await ConnectionMultiplexer.ConnectAsync(Patient(stranger));

        await Assert.ThrowsAnyAsync<RedisException>(() => redis.GetDatabase().StringGetAsync("key"));
    }

    [Fact]
    public async Task Unreadable_files_are_discarded()
    {
        await using (var first = Started(out _))
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(first.ConnectionString))
            await redis.GetDatabase().StringSetAsync("key", new string('v', 10_000));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, "garnet"), "*", SearchOption.AllDirectories))
            await File.WriteAllBytesAsync(file, Enumerable.Repeat((byte)0xA5, 4096).ToArray(), TestContext.Current.CancellationToken);

        await using var second = Started(out var fault);
        await using var again = await ConnectionMultiplexer.ConnectAsync(second.ConnectionString);

        Assert.Contains("is damaged", fault, StringComparison.Ordinal);
        Assert.True((await again.GetDatabase().StringGetAsync("key")).IsNull);
        await again.GetDatabase().StringSetAsync("key", "new");
        Assert.Equal("new", await again.GetDatabase().StringGetAsync("key"));
    }

    [Fact]
    public async Task After_a_kill_it_starts_empty_and_reports_the_reason()
    {
        await using (var first = Started(out _))
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(first.ConnectionString))
            await redis.GetDatabase().StringSetAsync("key", "value");
        File.Delete(Path.Combine(_directory, "SHA256SUMS")); // the list is written last

        await using var second = Started(out var fault);

        Assert.Contains("not closed cleanly", fault, StringComparison.Ordinal);
        await using var again = await ConnectionMultiplexer.ConnectAsync(second.ConnectionString);
        Assert.True((await again.GetDatabase().StringGetAsync("key")).IsNull);
    }

    [Fact]
    public async Task A_directory_can_be_used_by_one_process_only()
    {
        await using var first = new EmbeddedStateServer(_directory);

        Assert.Throws<LogInUseException>(() => new EmbeddedStateServer(_directory));
    }

    private static ConfigurationOptions Patient(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = options.AsyncTimeout = 2_000;
        return options;
    }

    private EmbeddedStateServer Started(out string? fault)
    {
        var state = new EmbeddedStateServer(_directory);
        fault = state.Start();
        return state;
    }
}
