// What pictures show of vehicles beyond their triangles: dirt, panel gaps, and the cabin behind the panes.
// Everything happens in the body frame: x forward, y left, z up, metres.
layout(std430, binding = 6) readonly buffer VehicleRows { uint vehicle_rows[]; };  // by row: first line + 1, 0 for none
layout(std430, binding = 7) readonly buffer VehicleTable { vec4 vehicle_lines[]; };

const float GAP_M = 0.0045;             // half the width of a panel gap with the shade beside it
const vec3 DIRT = vec3(0.15, 0.125, 0.095);

struct Vehicle {
    uint first;
    vec3 place_m;      // of the pixel
    vec3 view;         // from the eye to the pixel
    vec3 normal;
    vec4 whims;        // seats taken, dirt, whim, is body
};

// Brings a pixel into its vehicle's body frame; `first` is 0 for what is no vehicle.
Vehicle vehicle_at(uint id, vec3 cam_m, vec3 normal_cam) {
    Vehicle v;
    uint row = id & 65535u;
    v.first = (id & (1u << 24)) != 0u ? 0u : vehicle_rows[row];
    if (v.first == 0u) return v;
    uint at = v.first - 1u;
    mat3x4 body_from_cam = mat3x4(vehicle_lines[at], vehicle_lines[at + 1u], vehicle_lines[at + 2u]);
    v.place_m = vec4(cam_m, 1.0) * body_from_cam;
    v.view = normalize(vec4(cam_m, 0.0) * body_from_cam);
    v.normal = vec4(normal_cam, 0.0) * body_from_cam;
    v.whims = vehicle_lines[at + 7u];
    return v;
}

// How much dirt lies here: road spray below the sill and behind the wheels, dust above.
float dirt_share(Vehicle v) {
    float patches = value_noise(v.place_m.xz * 9.0 + v.whims.z * 50.0) * 0.5 + value_noise(v.place_m.xz * 31.0) * 0.3 + 0.35;
    float low = smoothstep(0.95, 0.12, v.place_m.z + 0.12 * value_noise(vec2(v.place_m.x * 2.3, v.whims.z * 90.0)));
    return clamp(v.whims.y * (0.95 * low * low * patches + 0.10 * patches) + 0.10 * low * low, 0.0, 0.85);
}

// Share of light that panel gaps leave; strokes thinner than a pixel fade with distance. `pixel_m` is a pixel's width there.
float seam_light(Vehicle v, float pixel_m) {
    vec4 starts = vehicle_lines[v.first + 5u];
    int first = int(starts.x + 0.5);
    vec3 facing = abs(v.normal);
    int view = facing.z > 0.62 ? 1 : facing.x > 0.75 && v.normal.x < 0.0 ? 2 : 0;
    vec2 place = view == 0 ? v.place_m.xz : view == 1 ? vec2(v.place_m.x, abs(v.place_m.y)) : vec2(abs(v.place_m.y), v.place_m.z);
    if (view == 0 && facing.y < 0.25 && v.place_m.x > 0.0) return 1.0;
    int count = int((view == 0 ? starts.y : view == 1 ? starts.z : starts.w) + 0.5);
    first += view == 0 ? 0 : view == 1 ? int(starts.y + 0.5) : int(starts.y + starts.z + 0.5);
    float nearest = 1.0;
    for (int i = 0; i < count; i++) {
        vec4 stroke = vehicle_lines[first + i];
        vec2 run = stroke.zw - stroke.xy;
        vec2 off = place - stroke.xy;
        vec2 beside = off - run * clamp(dot(off, run) / max(dot(run, run), 1e-8), 0.0, 1.0);
        nearest = min(nearest, dot(beside, beside));
    }
    float reach = max(GAP_M, 0.75 * pixel_m);
    return 1.0 - 0.85 * min(1.0, 1.25 * GAP_M / reach) * smoothstep(reach * 1.25, reach * 0.35, sqrt(nearest));
}

#ifndef DRAFT
// Distance along a ray to an ellipsoid round `centre`, 1e9 when it is missed; `normal` of the place that is hit.
float meet_ellipsoid(vec3 from, vec3 way, vec3 centre, vec3 radii, inout vec3 normal, float nearest) {
    vec3 o = (from - centre) / radii;
    vec3 d = way / radii;
    float a = dot(d, d);
    float b = dot(o, d);
    float root = b * b - a * (dot(o, o) - 1.0);
    if (root < 0.0) return 1e9;
    float t = (-b - sqrt(root)) / a;
    if (t < 0.0 || t > nearest) return 1e9;
    normal = normalize((o + t * d) / radii);
    return t;
}

// Whether the place where a ray leaves the cabin is a pane. `box` front, back, floor, roof; `sides` belt, half widths, pillar.
float is_pane(vec3 place, int face, vec4 box, vec4 sides, int panes) {
    float above = step(sides.x, place.z) * step(place.z, box.w - 0.05);
    if (face == 0) return above * step(0.0, place.x - sides.w) + (place.x < sides.w - 0.10 && (panes & 1) != 0 ? above : 0.0);
    if (face == 1) return above;
    return face == 2 && panes >= 2 ? above * step(sides.x + 0.06, place.z) : 0.0;
}

// Where a ray leaves the cabin: distance, and through which face (0 side, 1 front, 2 back, 3 floor or roof).
float leave_cabin(vec3 from, vec3 way, vec4 box, float half_width, out int face) {
    vec3 high = vec3(box.x, half_width, box.w);
    vec3 low = vec3(box.y, -half_width, box.z);
    vec3 t = (mix(low, high, step(0.0, way)) - from) / (way + vec3(1e-5) * (step(0.0, way) * 2.0 - 1.0));
    t = max(t, 0.02);
    float first = min(t.x, min(t.y, t.z));
    face = first == t.y ? 0 : first == t.z ? 3 : way.x > 0.0 ? 1 : 2;
    return first;
}

// Light that comes through a pane from the cabin behind it: seats, people, far panes, the dark between.
vec3 cabin_light(Vehicle v, mat3 world_from_body, vec3 sun) {
    uint at = v.first - 1u;
    vec4 box = vehicle_lines[at + 3u];
    vec4 sides = vehicle_lines[at + 4u];
    vec4 seats = vehicle_lines[at + 5u];
    int panes = int(seats.w + 0.5);
    int taken = int(v.whims.x + 0.5);
    float share = clamp((v.place_m.z - sides.x) / max(box.w - sides.x, 0.1), 0.0, 1.0);
    float half_width = mix(sides.y, sides.z, 0.5 * share + 0.25);
    vec3 from = vec3(v.place_m.x, clamp(v.place_m.y, -half_width + 0.01, half_width - 0.01), min(v.place_m.z, box.w - 0.02));
    int face;
    float nearest = leave_cabin(from, v.view, box, half_width, face);
    vec3 exit_m = from + v.view * nearest;
    vec3 normal = vec3(0.0);
    vec3 albedo = vec3(0.0);
    vec3 cloth = v.whims.z < 0.6 ? vec3(0.035) : v.whims.z < 0.85 ? vec3(0.10) : vec3(0.30, 0.25, 0.19);
    float seat_y = 0.50 * half_width;
    int rows = int(seats.z + 0.5);
    float top = min(sides.x + 0.42, box.w - 0.06);
    float floor_z = top - 0.98;
    for (int row = 0; row < rows; row++) {
        float x = seats.x - float(row) * seats.y;
        for (int side = 0; side < 2; side++) {
            float y = side == 0 ? seat_y : -seat_y;
            vec3 met = vec3(0.0);
            float t = meet_ellipsoid(from, v.view, vec3(x, y, floor_z + 0.42), vec3(0.11, 0.27, 0.40), met, nearest);
            if (t < nearest) { nearest = t; normal = met; albedo = cloth; }
            t = meet_ellipsoid(from, v.view, vec3(x - 0.06, y, top - 0.14), vec3(0.05, 0.13, 0.10), met, nearest);
            if (t < nearest) { nearest = t; normal = met; albedo = cloth; }
            if ((taken & (1 << (2 * row + side))) == 0) continue;
            float who = hash2(vec2(v.whims.z * 913.0 + float(row), float(side)));
            vec3 skin = mix(vec3(0.42, 0.26, 0.19), vec3(0.14, 0.075, 0.05), step(0.75, who));
            vec3 dress = vec3(hash2(vec2(who * 71.0, 1.0)), hash2(vec2(who * 71.0, 2.0)), hash2(vec2(who * 71.0, 3.0)));
            dress = mix(vec3(0.02), vec3(0.45), dress * dress * dress);
            dress = mix(vec3(dot(dress, vec3(0.33))), dress, 0.45);
            float crown = top - 0.02 + 0.04 * who;
            t = meet_ellipsoid(from, v.view, vec3(x + 0.14, y, crown - 0.48), vec3(0.13, 0.21, 0.31), met, nearest);
            if (t < nearest) { nearest = t; normal = met; albedo = dress; }
            t = meet_ellipsoid(from, v.view, vec3(x + 0.17, y, crown - 0.13), vec3(0.095, 0.078, 0.125), met, nearest);
            if (t < nearest) { nearest = t; normal = met; albedo = met.x < -0.1 || met.z > 0.55 ? vec3(0.03, 0.022, 0.016) : skin; }
        }
    }
    // The wheel and the dash before the driver, seen from ahead and from the side.
    vec3 met = vec3(0.0);
    float t = meet_ellipsoid(from, v.view, vec3(box.x - 0.10, 0.0, sides.x - 0.12), vec3(0.34, half_width, 0.13), met, nearest);
    if (t < nearest) { nearest = t; normal = met; albedo = vec3(0.03); }

    vec3 glow = ambient_light(vec3(0.0, 0.0, 1.0));
    vec3 towards = towards_sun * world_from_body;
    if (albedo != vec3(0.0)) {
        vec3 place = from + v.view * nearest;
        int out_face;
        float way = leave_cabin(place + normal * 0.01, towards, box, half_width, out_face);
        float lit = is_pane(place + towards * way, out_face, box, sides, panes) * max(dot(normal, towards), 0.0);
        return albedo * (glow * (0.22 + 0.16 * normal.z + 0.10 * abs(normal.y)) + sun * 0.6 * lit);
    }
    vec3 beyond = reflected_light(normalize(world_from_body * v.view), 0.25);
    float through = is_pane(exit_m, face, box, sides, panes);
    vec3 lining = (face == 3 && v.view.z > 0.0 ? vec3(0.16) : vec3(0.030)) * glow * (0.10 + 0.14 * step(0.0, v.view.z));
    return mix(lining, beyond * 0.62, through);
}
#endif
