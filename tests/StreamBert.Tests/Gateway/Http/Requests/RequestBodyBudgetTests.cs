using Microsoft.Extensions.Options;
using StreamBert.Gateway;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Interactive;

namespace StreamBert.Tests.Gateway.Http.Requests;

public sealed class RequestBodyBudgetTests
{
    private const int Read = 64 * 1024;

    [Fact]
    public void Small_bodies_are_accepted_while_large_ones_take_all_memory()
    {
        using var budget = new RequestBodyBudget(Options.Create(new GatewayOptions { MaxTotalBodyBytes = 1_200_000 }));
        var slow = budget.Open();
        Take(slow, 170_000);

        using var large = budget.Open();
        var refused = Assert.Throws<OverloadedException>(() => Take(large, 100_000));
        using var small = budget.Open();
        Take(small, 16_000);

        Assert.Contains("Gateway:MaxTotalBodyBytes", refused.Message, StringComparison.Ordinal);
        slow.Dispose();
        using var next = budget.Open();
        Take(next, 170_000);
    }

    [Fact]
    public void The_limit_must_allow_the_largest_body()
        => Assert.True(new RequestBodyOptionsValidator()
            .Validate(null, new() { MaxBodyBytes = 8_000_000, MaxTotalBodyBytes = 40_000_000 }).Failed);

    private static void Take(RequestBodyBudget.Reservation room, int bytes)
    {
        for (; bytes > 0; bytes -= Read) room.Add(Math.Min(bytes, Read));
    }
}
