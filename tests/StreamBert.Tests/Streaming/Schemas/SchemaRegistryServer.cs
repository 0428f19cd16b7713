using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamBert.Tests.Streaming.Schemas;

/// <summary>A schema registry with the REST interface of Confluent's, as far as serializers and deserializers use it.</summary>
internal sealed class SchemaRegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _subjects = [];
    private readonly ConcurrentDictionary<int, JsonObject> _schemas = [];
    private int _failing;

    private SchemaRegistryServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Use((context, next) =>
        {
            Requests.Enqueue((context.Request.Path + context.Request.QueryString.Value, context.Request.Headers.Authorization.ToString()));
            return Interlocked.Decrement(ref _failing) >= 0
                ? Results.Json(new { error_code = 50003, message = "starting" }, statusCode: 503).ExecuteAsync(context)
                : next(context);
        });
        _app.MapPost(
            "/subjects/{subject}/versions",
            (string subject, JsonObject schema) => Results.Json(new { id = Add(subject, schema) }));
        _app.MapGet("/schemas/ids/{id:int}", (int id) => Answer(_schemas.GetValueOrDefault(id), 40403));
        _app.MapGet("/schemas/guids/{guid:guid}", (Guid guid) => Answer(_schemas.GetValueOrDefault(IdOf(guid)), 40403));
        _app.MapGet("/subjects/{subject}/versions/{version}", (string subject, string version) => Answer(Registered(subject), 40401));
    }

    public ConcurrentQueue<(string Path, string Authorization)> Requests { get; } = [];
    public string Url { get; private set; } = "";

    public static async Task<SchemaRegistryServer> StartAsync()
    {
        var server = new SchemaRegistryServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Url = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    /// <summary>As a producer registers it.</summary>
    /// <returns>Its id.</returns>
    public int Add(
        string subject,
        string type,
        string schema,
        params (string Name, string Subject)[] references) => Add(subject, new JsonObject
        {
            ["schemaType"] = type,
            ["schema"] = schema,
            ["references"] = new JsonArray([.. references.Select(
            static reference => new JsonObject { ["name"] = reference.Name, ["subject"] = reference.Subject, ["version"] = 1 })]),
        });

    /// <summary>Answers the next requests with an error of its own.</summary>
    public void Fail(int requests) => _failing = requests;

    public static Guid GuidOf(int id) => new(id, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private int Add(string subject, JsonObject schema) => _subjects.GetOrAdd(subject, _ =>
    {
        var id = 256 + _schemas.Count;
        _schemas[id] = schema;
        return id;
    });

    private static int IdOf(Guid guid) => BitConverter.ToInt32(guid.ToByteArray());

    private JsonObject? Registered(string subject)
    {
        if (!_subjects.TryGetValue(subject, out var id)) return null;
        var schema = (JsonObject)_schemas[id].DeepClone();
        (schema["subject"], schema["version"], schema["id"]) = (subject, 1, id);
        return schema;
    }

    private static IResult Answer(JsonObject? schema, int missing) =>
        schema is null
            ? Results.Json(new { error_code = missing, message = "not found" }, statusCode: 404)
            : Results.Text(schema.ToJsonString(), "application/vnd.schemaregistry.v1+json");
}
