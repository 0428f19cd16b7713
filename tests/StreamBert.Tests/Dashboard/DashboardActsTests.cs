using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using StreamBert.Gateway.Dashboard;
using StreamBert.Gateway.Security;

namespace StreamBert.Tests.Dashboard;

/// <summary>What a tab asks for is refused by the server, not only hidden by the page.</summary>
public sealed class DashboardActsTests
{
    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Texts_are_classified_and_explained_only_for_who_may_send_some(string role)
    {
        var acts = For(role);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => acts.ClassifyAsync("x", "p"));
        Assert.Contains(
            "'ingest'",
            (await Assert.ThrowsAsync<UnauthorizedAccessException>(() => acts.ExplainAsync("x", "p", new("h", null)))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("ingest")]
    public async Task Corrections_are_taken_only_from_who_may_annotate(string role) =>
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => For(role).CorrectAsync([]));

    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Dead_letters_are_replayed_and_discarded_only_for_an_administrator(string role)
    {
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => For(role).ReplayAsync(new(), again: false));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => For(role).DiscardAsync(new()));
    }

    [Fact]
    public async Task An_administrator_may_do_all_and_is_named() => Assert.Equal("key:kim", await For("admin").DemandAsync(Roles.Annotate));

    /// <summary>The refusal comes before the parts that would do the work, so there are none.</summary>
    private static DashboardActs For(string role) => new(new Somebody(Actor.Key("kim", [role])), null!, null!, null!);

    private sealed class Somebody(ClaimsPrincipal who) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(who));
    }
}
