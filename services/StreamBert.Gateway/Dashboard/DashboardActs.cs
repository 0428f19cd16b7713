using Microsoft.AspNetCore.Components.Authorization;
using StreamBert.Contracts;
using StreamBert.Gateway.Commands;
using StreamBert.Operations.DeadLetters;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Dashboard;

/// <summary>
/// What whoever sits before the tab does, each act for who has its role. Pages leave out what is not allowed; here it is refused, whatever
/// a browser sends.
/// </summary>
internal sealed class DashboardActs(
    AuthenticationStateProvider who,
    InteractiveClassifier classifier,
    FeedbackIntake feedback,
    DeadLetterActions letters)
{
    public async Task<TextClassified> ClassifyAsync(string text, string pipeline)
    {
        await DemandAsync(Roles.Ingest);
        return await classifier.ClassifyAsync(text, pipeline, null, CancellationToken.None);
    }

    public async Task<TextClassified> ExplainAsync(string text, string pipeline, WhyAsked why)
    {
        await DemandAsync(Roles.Ingest);
        return await classifier.ExplainAsync(text, pipeline, why, null, CancellationToken.None);
    }

    public async Task CorrectAsync(IReadOnlyList<FeedbackSubmission> verdicts) =>
        await feedback.AppendAsync(verdicts, await DemandAsync(Roles.Annotate), CancellationToken.None);

    public async Task<DeadLetterActionResult> ReplayAsync(DeadLetterFilter filter, bool again) =>
        await letters.ReplayAsync(filter, await DemandAsync(Roles.Admin), again, CancellationToken.None);

    public async Task<DeadLetterActionResult> DiscardAsync(DeadLetterFilter filter) =>
        await letters.DiscardAsync(filter, await DemandAsync(Roles.Admin), CancellationToken.None);

    /// <returns>The actor.</returns>
    /// <exception cref="UnauthorizedAccessException">The role is missing.</exception>
    public async Task<string> DemandAsync(string role)
    {
        var person = (await who.GetAuthenticationStateAsync()).User;
        return person.May(role)
            ? Actor.Of(person)
            : throw new UnauthorizedAccessException($"That needs the role '{role}', which {Actor.Of(person)} does not have.");
    }
}
