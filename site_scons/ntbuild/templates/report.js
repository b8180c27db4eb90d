"use strict";
// Filters rows of the matrix and images below it, and opens the image that a link leads to. On a page of
// many images their details are packed: a compressed list, which is unpacked when one is opened.
(function () {
  const form = document.getElementById("filter");
  const words = document.getElementById("filter-name");
  const findings = document.getElementById("filter-findings");
  const unproved = document.getElementById("filter-unproved");
  const count = document.getElementById("filter-count");
  const images = Array.from(document.querySelectorAll("details.image"));
  const rows = Array.from(document.querySelectorAll("table.matrix tbody tr"));

  function isShown(data) {
    return data.name.toLowerCase().includes(words.value.trim().toLowerCase())
      && (!findings.checked || data.findings === "yes")
      && (!unproved.checked || data.proved === "no");
  }

  function show() {
    for (const each of images) each.hidden = !isShown(each.dataset);
    for (const each of document.querySelectorAll("section.driver")) {
      each.hidden = !each.querySelector("details.image:not([hidden])");
    }
    for (const each of rows) each.hidden = !isShown(each.dataset);
    const shown = images.filter((each) => !each.hidden).length;
    count.textContent = `${shown} of ${images.length} images`;
  }

  let unpacked = null;
  async function unpack() {
    const text = atob(document.getElementById("packed").textContent);
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  async function fill(image) {
    const inside = image.querySelector(".inside[data-part]");
    if (!inside || !image.open) return;
    const part = inside.dataset.part;
    inside.removeAttribute("data-part");
    inside.setAttribute("aria-busy", "true");
    unpacked = unpacked || unpack();
    try {
      inside.innerHTML = (await unpacked)[part];
    } catch (error) {
      inside.textContent = `This browser cannot unpack the details: ${error.message}`;
    }
    inside.removeAttribute("aria-busy");
  }

  for (const each of images) each.addEventListener("toggle", () => fill(each));

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches("details.image")) return;
    if (target.hidden) { form.reset(); show(); }
    target.open = true;
    target.querySelector("summary").focus();
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  document.getElementById("open-all").addEventListener("click", () => {
    for (const each of images) if (!each.hidden) each.open = true;
  });
  document.getElementById("close-all").addEventListener("click", () => {
    for (const each of images) each.open = false;
  });
  // A link to the target that is shown already changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#image']");
    if (link && link.hash === location.hash) openTarget();
  });
  window.addEventListener("hashchange", openTarget);
  show();
  openTarget();
})();
