using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Labelling;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// Performs the actions of the person in front of the browser tab. Pages hide what that person may not do; this class refuses it, whatever
/// the browser sends.
/// </summary>
internal sealed class DashboardActions(
    AuthenticationStateProvider authentication, InteractiveClassifier classifier, FeedbackAppender feedback, DeadLetterActions letters,
    ModelRequestClient models, LabelWithdrawal labels, LabelUpload uploads, AlertActionWriter alerts)
{
    /// <summary>Tells whether an action failed for a reason that the page shows to the person, instead of failing itself.</summary>
    public static bool IsReportable(Exception failure) => failure
        is ClassificationTimeoutException or TextTooLargeException or TextRejectedException or OverloadedException
        or ModelRequestRefusedException or InvalidRequestException or ApiException or StateUnavailableException
        or LogUnavailableException;

    public async Task<TextClassified> ClassifyAsync(string text, string pipeline)
    {
        await RequireRoleAsync(Roles.Ingest);
        return await classifier.ClassifyAsync(text, pipeline, null, CancellationToken.None);
    }

    public async Task<TextClassified> ExplainAsync(string text, string pipeline, ExplanationTarget request)
    {
        await RequireRoleAsync(Roles.Ingest);
        return await classifier.ExplainAsync(text, pipeline, request, null, CancellationToken.None);
    }

    public async Task SendFeedbackAsync(IReadOnlyList<FeedbackRequest> labels) =>
        await feedback.AppendAsync(labels, FeedbackSender.Of(await RequirePersonAsync(Roles.Annotate)), CancellationToken.None);

    /// <summary>Withdraws the label of a head of a text.</summary>
    /// <param name="annotator">Who gave the label; null: the person.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> WithdrawFeedbackAsync(string id, string pipeline, string head, string? annotator = null)
    {
        var sender = FeedbackSender.Of(await RequirePersonAsync(Roles.Annotate));
        return (await labels.WithdrawAsync(id, pipeline, head, annotator, sender, CancellationToken.None)).Count > 0;
    }

    /// <summary>Stores the labels of a CSV file.</summary>
    public async Task<UploadResult> UploadLabelsAsync(Stream file, int bytes, UploadScope scope, Action<UploadResult> progressed)
    {
        var sender = FeedbackSender.Of(await RequirePersonAsync(Roles.Annotate));
        return await uploads.StoreAsync(file, bytes, scope, sender, progressed, CancellationToken.None);
    }

    /// <param name="force">Whether to replay dead letters that were replayed or discarded before.</param>
    public async Task<DeadLetterActionResult> ReplayAsync(DeadLetterFilter filter, bool force) =>
        await letters.ReplayAsync(filter, await RequireRoleAsync(Roles.Admin), force, CancellationToken.None);

    public async Task<DeadLetterActionResult> DiscardAsync(DeadLetterFilter filter) =>
        await letters.DiscardAsync(filter, await RequireRoleAsync(Roles.Admin), CancellationToken.None);

    /// <summary>Sends a request about a model and waits for the trainer's decision.</summary>
    public async Task<ModelRequestResult> RequestAsync<T>(T request)
        where T : IModelRequest
    {
        await RequireRoleAsync(Roles.Admin);
        return await models.RequestAsync(request, CancellationToken.None);
    }

    /// <summary>Acknowledges an alert.</summary>
    public async Task AcknowledgeAsync(string alertId, string? comment) =>
        await alerts.AcknowledgeAsync(alertId, await RequireRoleAsync(Roles.Operate), comment, CancellationToken.None);

    /// <summary>Withdraws the acknowledgement of an alert.</summary>
    public async Task WithdrawAcknowledgementAsync(string alertId) =>
        await alerts.WithdrawAsync(alertId, await RequireRoleAsync(Roles.Operate), CancellationToken.None);

    public async Task<CreatedSilence> SilenceAsync(SilenceRequest request) =>
        await alerts.SilenceAsync(request, await RequireRoleAsync(Roles.Operate), CancellationToken.None);

    public async Task ExpireSilenceAsync(string id) =>
        await alerts.ExpireAsync(id, await RequireRoleAsync(Roles.Operate), CancellationToken.None);

    /// <summary>Returns the name of the actor.</summary>
    public async Task<string> GetActorAsync() => Actor.Of((await authentication.GetAuthenticationStateAsync()).User);

    /// <summary>Whether the person has a role.</summary>
    public async Task<bool> MayAsync(string role) => (await authentication.GetAuthenticationStateAsync()).User.May(role);

    /// <returns>The name of the actor.</returns>
    /// <exception cref="UnauthorizedAccessException">The person does not have the role.</exception>
    public async Task<string> RequireRoleAsync(string role) => Actor.Of(await RequirePersonAsync(role));

    private async Task<ClaimsPrincipal> RequirePersonAsync(string role)
    {
        var person = (await authentication.GetAuthenticationStateAsync()).User;
        return person.May(role)
            ? person
            : throw new UnauthorizedAccessException(
                L["This action requires the role '{0}', which {1} does not have.", role, Actor.Of(person)]);
    }
}
