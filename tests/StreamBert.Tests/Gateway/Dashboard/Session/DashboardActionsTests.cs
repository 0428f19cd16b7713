using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;
using StreamBert.Gateway.Identity;

namespace StreamBert.Tests.Gateway.Dashboard.Session;

/// <summary>The server refuses what a person may not do; that the page hides it is not enough.</summary>
public sealed class DashboardActionsTests
{
    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Classifying_and_explaining_require_the_role_ingest(string role)
    {
        var actions = CreateFor(role);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => actions.ClassifyAsync("x", "p"));
        var refusal = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => actions.ExplainAsync("x", "p", new("h", null)));
        Assert.Contains("'ingest'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("ingest")]
    public async Task Sending_feedback_requires_the_role_annotate(string role) =>
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).SendFeedbackAsync([]));

    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Replaying_and_discarding_dead_letters_require_the_role_admin(string role)
    {
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).ReplayAsync(new(), force: false));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).DiscardAsync(new()));
    }

    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Requests_about_models_require_the_role_admin(string role) =>
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => CreateFor(role).RequestAsync(new TrainingRequested { By = "kim", OccurredAt = DateTimeOffset.UnixEpoch }));

    [Theory]
    [InlineData("read")]
    [InlineData("ingest")]
    public async Task The_withdrawal_of_a_label_requires_the_role_annotate(string role) =>
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => CreateFor(role).WithdrawFeedbackAsync("a", "news", "sentiment", "kim"));

    [Fact]
    public async Task Uploading_labels_requires_the_role_annotate() => await Assert.ThrowsAsync<UnauthorizedAccessException>(
        () => CreateFor("read").UploadLabelsAsync(Stream.Null, 0, new("news", null, null), static _ => { }));

    [Theory]
    [InlineData("read")]
    [InlineData("annotate")]
    public async Task Acknowledging_and_silencing_require_the_role_operate(string role)
    {
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).AcknowledgeAsync("a", null));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).WithdrawAcknowledgementAsync("a"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).SilenceAsync(new()));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CreateFor(role).ExpireSilenceAsync("s"));
    }

    [Fact]
    public async Task An_administrator_has_every_role_and_is_named_as_the_actor() =>
        Assert.Equal("key:kim", await CreateFor("admin").RequireRoleAsync(Roles.Annotate));

    /// <summary>The role is checked before any other service is used, so the test passes none.</summary>
    private static DashboardActions CreateFor(string role) =>
        new(new StubAuthentication(Actor.Key("kim", [role])), null!, null!, null!, null!, null!, null!, null!);

    private sealed class StubAuthentication(ClaimsPrincipal person) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(person));
    }
}
