using System.ComponentModel;
using System.Text.RegularExpressions;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy.Erasure;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Whom to erase.</summary>
internal sealed record ErasureRequest
{
    [AcceptsScalar, Description("The subject, as its texts name it.")]
    public required string Subject { get; init; }
}

/// <summary>Erasing subjects, and the proof of it.</summary>
internal static partial class ErasureEndpoints
{
    public static void MapErasures(this RouteGroupBuilder api)
    {
        api.MapPost("/erasures", EraseAsync).RequireRole(Roles.Admin).Costly().WithTags("Privacy").WithName("eraseSubject")
            .WithSummary("Make every stored text of a subject unreadable")
            .WithDescription(
                "Deletes the subject's key for ever, records that in the audit log, then reads the whole log and the state store and "
                    + "says where texts of the subject "
                + "are and whether anybody can read them (`holds`: nobody can). The audit log and the answer name the subject by a "
                + "digest only. May be repeated.")
            .Accepts<ErasureRequest>(MediaTypes.Json).Produces<ErasureProof>().WithProblems(400, 413, 415, 429, 503);
        api.MapGet("/erasures/{digest}/proof", ProveAsync).RequireRole(Roles.Admin).Costly().WithTags("Privacy").WithName("proveErasure")
            .WithSummary("Look again at what is left of an erased subject")
            .WithDescription("Reads the whole log and the state store. `since` counts texts that the subject wrote after the "
                + "erasure, under a new key.")
            .Produces<ErasureProof>().WithProblems(400, 429, 503);
    }

    private static async Task<ErasureProof> EraseAsync(HttpContext context, SubjectErasure erasure, CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<ErasureRequest>(context, cancellation);
        if (string.IsNullOrEmpty(request.Subject)) throw ApiException.Invalid("subject is missing.");
        QueryParameters.ThrowIfInvalid(FieldLimits.ValidateErasedSubject(request.Subject));
        return await erasure.EraseAsync(request.Subject, Actor.Of(context.User), cancellation);
    }

    private static Task<ErasureProof> ProveAsync(
        [Description(
            "The subject's digest, from the answer to its erasure: 64 hexadecimal digits.")] string digest, SubjectErasure erasure,
                CancellationToken cancellation) =>
        Digest().IsMatch(digest)
            ? erasure.ProveAsync(digest, cancellation)
            : throw ApiException.Invalid(
                $"'{digest}' is not a digest of a subject; give the 64 hexadecimal digits that the erasure answered with.");

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
